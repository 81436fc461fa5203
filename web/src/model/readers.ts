/** Who has read a message, and when at the latest. Pure. */
import type { Timeline } from "./timeline";

export interface Reader {
  readonly userId: string;
  /** Unix milliseconds; null: it is known only that they have. */
  readonly at: number | null;
}

/** Return the first moment at or after another one. Receipts move on with what is read: an older one was for something else. */
export function firstAfter(times: readonly (number | undefined)[], after: number): number | null {
  const later = times.filter(
    (at): at is number => typeof at === "number" && Number.isFinite(at) && at >= after,
  );
  return later.length === 0 ? null : Math.min(...later);
}

/** Return readers, the first first; those of whom no time is known last. */
export function byTime(readers: readonly Reader[]): readonly Reader[] {
  const key = ({ at }: Reader) => at ?? Number.POSITIVE_INFINITY;
  return [...readers].sort((a, b) => (key(a) === key(b) ? 0 : key(a) - key(b)));
}

/** So many of the newest events are looked through for the last message that was read. */
const BACK_MAX = 200;

/** Return the newest message of mine that somebody has read: under it stands by whom. */
export function lastRead(
  timeline: Timeline,
  me: string,
  isMessage: (type: string) => boolean,
  isRead: (id: string) => boolean,
): string | null {
  for (const id of timeline.order.slice(-BACK_MAX).reverse()) {
    const fact = timeline.facts.get(id);
    if (fact === undefined || fact.sender !== me || fact.about !== undefined || fact.sending !== undefined)
      continue;
    if (fact.isRemoved || timeline.removed.has(id) || !isMessage(fact.type)) continue;
    if (isRead(id)) return id;
  }
  return null;
}
