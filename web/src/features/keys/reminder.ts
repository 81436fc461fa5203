/** What is to be done for the keys, and when each of it was put off, on this device. It is asked about again, at growing distances. */
import { fieldsOf } from "../../model/fields";
import type { KeysState } from "../../protocol/keys";

/** This device is not verified; it has not got all keys; there is no recovery key. */
export type Todo = "locked" | "missing" | "recovery";

export function todoOf(keys: KeysState): Todo | null {
  if (keys.hasIdentity && !keys.isVerified) return "locked";
  if (keys.hasIdentity && !keys.hasSecrets) return "missing";
  return keys.hasRecovery ? null : "recovery";
}

const KEPT = "courtyard.recovery.later";
const HOUR_MS = 3_600_000;
const PAUSES_MS = [24 * HOUR_MS, 3 * 24 * HOUR_MS, 7 * 24 * HOUR_MS] as const;

interface PutOff {
  readonly at: number;
  readonly times: number;
}

/** Return until when nobody asks again. */
export function quietUntil({ at, times }: PutOff): number {
  return at + (PAUSES_MS[Math.min(times, PAUSES_MS.length) - 1] ?? 0);
}

/** Once there was one count for all, where now each has its own: it is the recovery key's, which was put off the most. */
function kept(): Record<string, unknown> {
  try {
    const all = fieldsOf(JSON.parse(localStorage.getItem(KEPT) ?? "{}"));
    return "times" in all ? { recovery: all } : all;
  } catch {
    return {};
  }
}

function keptOf(todo: Todo): PutOff {
  const { at, times } = fieldsOf(kept()[todo]);
  return { at: Number(at) || 0, times: Number(times) || 0 };
}

export function putOff(todo: Todo, nowMs: number): void {
  const later: PutOff = { at: nowMs, times: keptOf(todo).times + 1 };
  localStorage.setItem(KEPT, JSON.stringify({ ...kept(), [todo]: later }));
}

export function isQuiet(todo: Todo, nowMs: number): boolean {
  return nowMs < quietUntil(keptOf(todo));
}

/** It was done. What is to be done at some later time was not put off yet. */
export function forgetPutOff(): void {
  localStorage.removeItem(KEPT);
}
