/** What a conversation shows in lines, and of which kind each is. Pure. */
import { callLine, INVITE } from "./call";
import { msgtypeOf } from "./fields";
import type { Movement } from "./foldedNotices";
import { POLL_STARTS } from "./poll";
import { isGone, PAYMENT, stepsOf } from "./said";
import type { Fact, Timeline } from "./timeline";

export type Row =
  | { readonly kind: "day"; readonly key: string; readonly at: number }
  | { readonly kind: "unread"; readonly key: string }
  | {
      readonly kind: "said";
      readonly key: string;
      readonly id: string;
      /** The first, and the last, of what one person said without a pause. */
      readonly first: boolean;
      readonly last: boolean;
    }
  | { readonly kind: "notice"; readonly key: string; readonly id: string }
  | {
      readonly kind: "notices";
      readonly key: string;
      readonly ids: readonly string[];
      /** What all of them did. */
      readonly what: Movement;
    };

/** Events that are messages: each has a body in `features/chats/bodies`. */
export const MESSAGES: ReadonlySet<string> = new Set([
  "m.room.message",
  "m.room.encrypted",
  "m.sticker",
  PAYMENT,
  INVITE,
  ...POLL_STARTS,
]);

/** State that people want to know about: a small line says what changed. */
export const NOTICES: ReadonlySet<string> = new Set([
  "m.room.member",
  "m.room.name",
  "m.room.topic",
  "m.room.avatar",
  "m.room.encryption",
  "m.room.history_visibility",
  "m.room.tombstone",
]);

/** By `msgtype`: somebody asks somebody to compare keys. Its words are for clients that cannot. */
export const COMPARE = "m.key.verification.request";

export function asksToCompare({ type, content }: Pick<Fact, "type" | "content">): boolean {
  return type === "m.room.message" && msgtypeOf(content) === COMPARE;
}

/** Say whether an event stands in a line, by itself or with others. */
export function isShown(timeline: Timeline, id: string): boolean {
  const fact = timeline.facts.get(id);
  return fact !== undefined && kindOf(timeline, fact) !== null;
}

/** Return as what an event stands in a line; null: it stands in none. */
export function kindOf(timeline: Timeline, fact: Fact): "said" | "notice" | null {
  if (fact.about !== undefined) return null;
  if (fact.stateKey === undefined) {
    if (asksToCompare(fact) && !isGone(timeline, fact)) return "notice";
    return MESSAGES.has(fact.type) && !isReplaced(timeline, fact) ? "said" : null;
  }
  return NOTICES.has(fact.type) && !isGone(timeline, fact) && !isSame(fact) ? "notice" : null;
}

/** A picture or a name of a person changes often, and is no news in a conversation: who comes and goes is. Who can read
 *  earlier messages is set once when a room is made: only a change of it is news.
 */
function isSame(fact: Fact): boolean {
  if (fact.type === "m.room.history_visibility") return fact.before?.["history_visibility"] === undefined;
  if (fact.type !== "m.room.member") return false;
  return fact.before?.["membership"] === fact.content["membership"];
}

/** Both called at once: one of the two calls went on, the other is nothing to be shown. */
function isReplaced(timeline: Timeline, fact: Fact): boolean {
  return fact.type === INVITE && callLine(fact, stepsOf(timeline, fact), "", 0).isReplaced;
}
