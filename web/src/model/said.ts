/** One message as it stands now: with its last edit, and with what people made of it. Pure. */
import { callKey, INVITE } from "./call";
import { bareSign } from "./reaction";
import type { Content, Fact, Timeline } from "./timeline";

/** Written by the wallet alone, never encrypted and never edited. */
export const PAYMENT = "org.courtyard.payment";

export interface Reaction {
  /** As the first of them put it. */
  readonly key: string;
  readonly senders: readonly string[];
  /** The events of mine that can be taken back, if I am among them. */
  readonly mine: readonly string[];
}

/** A fact and everything that is about it. */
export interface Said extends Fact {
  readonly isEdited: boolean;
  readonly isRemoved: boolean;
  readonly reactions: readonly Reaction[];
  /** Events that refer to it: votes of a poll, how a call went on. To what is encrypted only what is so, too: no server votes, or declines. */
  readonly references: readonly Fact[];
}

/** Return a fact as it stands now, or null when it is not loaded. */
export function saidOf(timeline: Timeline, id: string, me: string): Said | null {
  const fact = timeline.facts.get(id);
  if (fact === undefined) return null;
  const isRemoved = isGone(timeline, fact);
  const about = [...standing(timeline, id), ...stepsOf(timeline, fact)];
  const edit = isRemoved ? undefined : lastEdit(fact, about);
  return {
    ...fact,
    content: isRemoved ? {} : edit === undefined ? fact.content : edited(fact, edit),
    isEdited: edit !== undefined,
    isRemoved,
    reactions: isRemoved ? [] : reactionsOf(about, me),
    references: about.filter((one) => one.about?.kind === "reference" && isSealedAs(fact, one)),
  };
}

/** Return everything that is about one thing and was not taken away. */
function standing(timeline: Timeline, id: string): Fact[] {
  return (timeline.about.get(id) ?? []).flatMap((other) => {
    const one = timeline.facts.get(other);
    return one === undefined || isGone(timeline, one) ? [] : [one];
  });
}

/** Return how a call went on, when the fact is the beginning of one. Its steps name the call, and not the event that began it. */
export function stepsOf(timeline: Timeline, fact: Fact): Fact[] {
  const key = fact.type === INVITE ? callKey(fact.content) : null;
  return key === null ? [] : standing(timeline, key).filter((one) => isSealedAs(fact, one));
}

export function isGone(timeline: Timeline, fact: Fact): boolean {
  return fact.isRemoved === true || timeline.removed.has(fact.id);
}

/** Return the edit that counts: by its time, and not by when it came. What is still being sent is the newest. */
function lastEdit(fact: Fact, about: readonly Fact[]): Fact | undefined {
  return about
    .filter((one) => isEditOf(fact, one))
    .reduce<Fact | undefined>(
      (last, one) => (last !== undefined && isNewer(last, one) ? last : one),
      undefined,
    );
}

function isNewer(one: Fact, other: Fact): boolean {
  if (one.sending !== undefined || other.sending !== undefined) return other.sending === undefined;
  return one.at === other.at ? one.id > other.id : one.at > other.at;
}

/** Say whether one event gives another one its words. Only its writer can edit a message, and what was encrypted only by what is encrypted:
 *  else a server could put words into anybody's mouth. Payments are what the wallet says they are.
 *  spec: client-server-api#validity-of-replacement-events
 */
export function isEditOf(fact: Fact, one: Fact): boolean {
  return (
    one.about?.kind === "edit" &&
    one.sender === fact.sender &&
    one.type === fact.type &&
    fact.type !== PAYMENT &&
    fact.about?.kind !== "edit" &&
    fact.stateKey === undefined &&
    one.stateKey === undefined &&
    isSealedAs(fact, one) &&
    one.unreadable === undefined &&
    isContent(one.content["m.new_content"])
  );
}

/** Say whether one event is encrypted where another one is: what is on its way gets so. What is not, a server could have written. */
export function isSealedAs(fact: Fact, one: Fact): boolean {
  return fact.isEncrypted !== true || one.isEncrypted === true || one.sending !== undefined;
}

/** Another wording answers what the first one answered, and nothing else. spec: client-server-api#applying-mnew_content */
export function edited(fact: Fact, edit: Fact): Content {
  const { "m.relates_to": relation } = fact.content;
  const { "m.relates_to": _, ...content } = edit.content["m.new_content"] as Content;
  return relation === undefined ? content : { ...content, "m.relates_to": relation };
}

function isContent(value: unknown): value is Content {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Group reactions by their sign, in the order in which each came first. Who says a thing twice has said it once. */
function reactionsOf(about: readonly Fact[], me: string): Reaction[] {
  const found = new Map<string, { key: string; senders: string[]; mine: string[] }>();
  for (const one of about) {
    const key = one.about?.kind === "reaction" ? keyOf(one.content) : null;
    if (key === null) continue;
    const group = found.get(bareSign(key)) ?? { key, senders: [], mine: [] };
    found.set(bareSign(key), group);
    if (!group.senders.includes(one.sender)) group.senders.push(one.sender);
    if (one.sender === me) group.mine.push(one.id);
  }
  return [...found.values()];
}

/** A sign is short: what is longer than any emoji is not shown. */
const SIGN_LENGTH_MAX = 40;

function keyOf(content: Content): string | null {
  const relation = content["m.relates_to"];
  const key = isContent(relation) ? relation["key"] : null;
  const isSign = typeof key === "string" && bareSign(key) !== "" && key.length <= SIGN_LENGTH_MAX;
  return isSign ? key : null;
}

/** Return the text of a message without what stands there for clients that know no replies. */
export function textOf(content: Content): string {
  const body = content["body"];
  if (typeof body !== "string") return "";
  const relation = content["m.relates_to"];
  const isReply = isContent(relation) && isContent(relation["m.in_reply_to"]);
  return isReply && /^> (?:\* )?<@[^>\n]+>/.test(body) ? withoutQuote(body) : body;
}

/** Older clients repeat what they answer: its lines, each after a sign, and an empty one. */
function withoutQuote(body: string): string {
  const lines = body.split("\n");
  const end = lines.findIndex((line) => !line.startsWith(">"));
  // Nothing but a quote: then somebody wrote it.
  if (end === -1) return body;
  return lines.slice(lines[end] === "" ? end + 1 : end).join("\n");
}

/** Return the id of the message that one answers, if it answers one. */
export function answersTo(content: Content): string | null {
  const relation = content["m.relates_to"];
  if (!isContent(relation) || relation["is_falling_back"] === true) return null;
  const reply = relation["m.in_reply_to"];
  const id = isContent(reply) ? reply["event_id"] : null;
  return typeof id === "string" ? id : null;
}
