/** The lines of a conversation. Pure.
 *
 *  They are made part by part, and a part that nothing has touched is kept: one more message in a long conversation costs one part.
 */
import { callKey, INVITE } from "./call";
import { folded } from "./foldedNotices";
import { kindOf, type Row } from "./rows";
import type { Fact, Timeline } from "./timeline";

export interface Reading {
  readonly me: string;
  /** The event up to which all had been read when the conversation was opened. */
  readonly readUpTo: string | null;
}

/** What was made, and what it was made of. */
export interface KeptRows {
  readonly rows: readonly Row[];
  readonly timeline: Timeline;
  readonly reading: Reading;
  readonly parts: readonly Part[];
}

/** Where the lines have got to; the next one depends on this, and on nothing else that stands before it. */
interface Place {
  readonly day: { readonly from: number; readonly to: number };
  /** What was said last, if nothing has come between. */
  readonly before: Pick<Fact, "sender" | "at"> | null;
  readonly hasUnread: boolean;
}

interface Part {
  readonly begin: Place;
  readonly end: Place;
  readonly rows: readonly Row[];
  /** Events in it, shown or not. */
  readonly count: number;
  /** What is new begins so many events after its first one; negative: before it. */
  readonly unreadIn: number;
  /** The ids of events, and of calls, on which its lines depend. */
  readonly ids: ReadonlySet<string>;
}

/** After this pause the same person begins anew. */
const PAUSE_MS = 5 * 60_000;
const PART_SIZE = 256;
const NONE: ReadonlyMap<number, Part> = new Map();
const START: Place = { day: { from: 0, to: 0 }, before: null, hasUnread: false };

/** Return the lines of a conversation, the oldest first. */
export function rowsOf(timeline: Timeline, reading: Reading): readonly Row[] {
  return rowsAfter(null, timeline, reading).rows;
}

/** Return the lines of a conversation, with what can be kept of those that were made before.
 *
 *  Law, tested: whatever was made before, they are those of `rowsOf`.
 */
export function rowsAfter(
  kept: KeptRows | null,
  timeline: Timeline,
  reading: Reading,
  partSize = PART_SIZE,
): KeptRows {
  const { order } = timeline;
  const known = kept !== null && isSame(kept.reading, reading) ? stillRight(kept, timeline) : NONE;
  const unreadFrom = firstUnread(order, reading);
  const parts: Part[] = [];
  let place = START;
  for (let at = 0; at < order.length; ) {
    const part = partAt(at, place) ?? made(at, place);
    parts.push(part);
    place = part.end;
    at += part.count;
  }
  return { rows: joined(parts), timeline, reading, parts };

  function partAt(at: number, from: Place): Part | null {
    const part = known.get(at);
    return part !== undefined && isAt(part.begin, from) && hasUnreadAt(part, unreadFrom - at) ? part : null;
  }

  /** Make a part: until it is long enough, or one that is kept goes on from here. It ends with what somebody said: no run of notices is cut. */
  function made(from: number, begin: Place): Part {
    const making = new Making(timeline, reading.me, begin);
    let at = from;
    while (at < order.length) {
      making.add(order[at] ?? "", at >= unreadFrom);
      at += 1;
      const mayEnd = making.place.before !== null;
      if (mayEnd && (at - from >= partSize || partAt(at, making.place) !== null)) break;
    }
    return {
      begin,
      end: making.place,
      rows: folded(making.rows, timeline),
      count: at - from,
      unreadIn: unreadFrom - from,
      ids: making.ids,
    };
  }
}

/** One part while it is made. */
class Making {
  readonly rows: Row[] = [];
  readonly ids = new Set<string>();

  constructor(
    private readonly timeline: Timeline,
    private readonly me: string,
    public place: Place,
  ) {}

  add(id: string, isUnread: boolean): void {
    this.ids.add(id);
    const fact = this.timeline.facts.get(id);
    if (fact === undefined) return;
    const call = fact.type === INVITE ? callKey(fact.content) : null;

    if (call !== null) this.ids.add(call);
    const kind = kindOf(this.timeline, fact);
    if (kind === null) return;
    let { day, before, hasUnread } = this.place;
    if (fact.at < day.from || fact.at >= day.to) {
      day = dayOf(fact.at);
      this.rows.push({ kind: "day", key: `day ${fact.key}`, at: fact.at });
      before = null;
    }
    if (isUnread && !hasUnread && kind === "said" && fact.sender !== this.me) {
      this.rows.push({ kind: "unread", key: "unread" });
      hasUnread = true;
      before = null;
    }
    if (kind === "notice") {
      this.rows.push({ kind, key: fact.key, id });
      before = null;
    } else {
      const goesOn: boolean =
        before !== null && before.sender === fact.sender && Math.abs(fact.at - before.at) < PAUSE_MS;
      const above = this.rows.at(-1);
      if (goesOn && above !== undefined) this.rows[this.rows.length - 1] = goingOn(above);
      this.rows.push({ kind, key: fact.key, id, first: !goesOn, last: true });
      before = fact;
    }
    this.place = { day, before, hasUnread };
  }
}

/** Return the line after which the same person goes on. */
function goingOn(row: Row): Row {
  return row.kind === "said" ? { ...row, last: false } : row;
}

/** Put parts together. Whether somebody goes on is known in the part that begins with it. */
function joined(parts: readonly Part[]): readonly Row[] {
  const rows: Row[] = [];
  for (const part of parts) {
    const [next] = part.rows;
    const above = rows.at(-1);
    if (next?.kind === "said" && !next.first && above !== undefined) rows[rows.length - 1] = goingOn(above);
    for (const row of part.rows) rows.push(row);
  }
  return rows;
}

/** Return the parts that nothing has touched, by where they begin now. The last one goes on with what comes. */
function stillRight({ parts, timeline: before }: KeptRows, now: Timeline): ReadonlyMap<number, Part> {
  const found = new Map<number, Part>();
  const touched = touchedSince(before, now);
  const [first] = before.order;
  const shift = first === undefined ? -1 : now.order.indexOf(first);
  if (touched === null || shift === -1) return found;
  let begin = 0;
  for (const part of parts.slice(0, -1)) {
    const end = begin + part.count;
    for (let at = begin; at < end; at += 1) if (before.order[at] !== now.order[at + shift]) return found;
    if (!touched.some((id) => part.ids.has(id))) found.set(begin + shift, part);
    begin = end;
  }
  return found;
}

/** Return the ids of all that is another than it was, and of what that is about; null: that cannot be told. */
function touchedSince(before: Timeline, now: Timeline): readonly string[] | null {
  const facts = now.facts.differencesFrom(before.facts);
  const about = now.about.differencesFrom(before.about);
  const removed = now.removed.differencesFrom(before.removed);
  if (facts === null || about === null || removed === null) return null;
  const ids = new Set([...facts, ...about, ...removed]);
  for (const id of [...ids])
    for (const { facts } of [before, now]) {
      const target = facts.get(id)?.about?.id;
      if (target !== undefined) ids.add(target);
    }
  // No part has anything that was not there.
  return [...ids].filter((id) => before.facts.has(id) || !now.facts.has(id));
}

function firstUnread(order: readonly string[], { readUpTo }: Reading): number {
  const place = readUpTo === null ? -1 : order.indexOf(readUpTo);
  return place === -1 ? Number.POSITIVE_INFINITY : place + 1;
}

function hasUnreadAt({ begin, count, unreadIn }: Part, now: number): boolean {
  const isPast = (place: number) => place >= count;
  return (
    begin.hasUnread || unreadIn === now || (isPast(unreadIn) && isPast(now)) || (unreadIn <= 0 && now <= 0)
  );
}

function isSame(one: Reading, other: Reading): boolean {
  return one.me === other.me && one.readUpTo === other.readUpTo;
}

/** Say whether two places are the same. The day is that of what was said last. */
function isAt(one: Place, other: Place): boolean {
  return (
    one.hasUnread === other.hasUnread &&
    one.before?.sender === other.before?.sender &&
    one.before?.at === other.before?.at
  );
}

/** Return the day, by this device's clock and calendar, that a moment lies in. */
function dayOf(at: number): { from: number; to: number } {
  const start = new Date(at);
  start.setHours(0, 0, 0, 0);
  const end = new Date(start);
  end.setDate(end.getDate() + 1);
  return { from: start.getTime(), to: end.getTime() };
}
