/** What is new in a conversation, to be read out to those who do not see it. Pure. */
import { MESSAGES } from "./rows";
import { type Said, saidOf } from "./said";
import type { Fact, Timeline } from "./timeline";

export interface News {
  /** What others said, the oldest first. */
  readonly said: readonly Said[];
  /** The event up to which all has been read out. */
  readonly upTo: string | undefined;
}

/** After a pause much comes at once: nobody listens to all of it. */
const AT_ONCE_MAX = 10;

/** Return what came after what is known. What is being decrypted is waited for, and what comes after it waits with it. */
export function newsIn(timeline: Timeline, upTo: string | undefined, me: string): News {
  const { order, facts } = timeline;
  // What one is sending oneself stands at the end, under names that it loses again.
  let end = order.length;
  while (end > 0 && facts.get(order[end - 1] ?? "")?.sending !== undefined) end -= 1;
  const from = upTo === undefined ? -1 : order.lastIndexOf(upTo, end);
  // What was there from the beginning is no news; neither is anything, once a gap hides what came before.
  if (from === -1) return { said: [], upTo: order[end - 1] };
  const said: Said[] = [];
  let last = upTo;
  for (const id of order.slice(from + 1, end)) {
    const fact = facts.get(id);
    if (fact !== undefined && isBeingOpened(fact)) break;
    last = id;
    const one = fact !== undefined && isNews(fact, me) ? saidOf(timeline, id, me) : null;
    if (one !== null) said.push(one);
  }
  return { said: said.slice(-AT_ONCE_MAX), upTo: last };
}

function isBeingOpened({ type, unreadable, isRemoved }: Fact): boolean {
  return type === "m.room.encrypted" && unreadable === undefined && isRemoved !== true;
}

function isNews(fact: Fact, me: string): boolean {
  return (
    fact.sender !== me &&
    fact.about === undefined &&
    fact.stateKey === undefined &&
    MESSAGES.has(fact.type) &&
    fact.isRemoved !== true
  );
}
