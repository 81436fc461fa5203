/** A recovery key as people handle it: in groups of letters, one of which they type to show that they kept it. */

export function groupsOf(key: string): string[] {
  return key.trim().split(/\s+/);
}

/** Choose the group that is asked for. `draw` is a number from 0 up to, not including, 1. The first and last are too easy. */
export function groupToAsk(key: string, draw: number): number {
  const inner = Math.max(1, groupsOf(key).length - 2);
  return Math.min(inner, 1 + Math.floor(draw * inner));
}

/** Say whether what was typed is the group that was asked for. */
export function isGroup(key: string, asked: number, typed: string): boolean {
  return typed.replace(/\s+/g, "") === groupsOf(key)[asked];
}
