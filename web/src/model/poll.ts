/** Polls: what they ask, and how they stand. Pure. spec: MSC3381
 *
 *  Other clients send and understand the names from before it was accepted: those are sent here, and both are read.
 */
import { recordOf } from "./fields";
import type { Content } from "./timeline";

const UNSTABLE = "org.matrix.msc3381.poll";
export const POLL_STARTS: readonly string[] = [`${UNSTABLE}.start`, "m.poll.start"];
const RESPONSES: readonly string[] = [`${UNSTABLE}.response`, "m.poll.response"];
const ENDS: readonly string[] = [`${UNSTABLE}.end`, "m.poll.end"];
const OPEN_KINDS: readonly unknown[] = [`${UNSTABLE}.disclosed`, "m.poll.disclosed", "m.disclosed"];

export const ANSWERS_MAX = 20;
/** Longer words are cut: a poll is looked at, not read. */
export const WORDS_MAX = 500;

export interface Answer {
  readonly id: string;
  readonly text: string;
}

export interface Poll {
  readonly question: string;
  readonly answers: readonly Answer[];
  /** How many answers one person may choose. */
  readonly choices: number;
  /** The results are seen while it goes on. */
  readonly isOpen: boolean;
}

/** An event that refers to a poll. */
export interface Reply {
  readonly id: string;
  readonly sender: string;
  /** Unix milliseconds, as the server took it. */
  readonly at: number;
  readonly type: string;
  readonly content: Content;
}

export interface Tally {
  /** What each person chose last, in the order of the answers. Who takes it back chooses nothing, and is not here. */
  readonly votes: ReadonlyMap<string, readonly string[]>;
  /** Who chose an answer, by its id. */
  readonly voters: ReadonlyMap<string, readonly string[]>;
  readonly endedAt: number | null;
}

/** Return what a poll asks, or null when it is none that can be answered. */
export function pollOf(type: string, content: Content): Poll | null {
  if (!POLL_STARTS.includes(type)) return null;
  const block =
    recordOf(content["m.poll"]) ??
    recordOf(content["m.poll.start"]) ??
    recordOf(content[`${UNSTABLE}.start`]);
  const given = block?.["answers"];
  if (block === null || !Array.isArray(given)) return null;
  const answers: Answer[] = [];
  for (const one of given.slice(0, ANSWERS_MAX)) {
    const answer = recordOf(one);
    const id = answer?.["m.id"] ?? answer?.["id"];
    const text = textIn(answer);
    if (typeof id !== "string" || text === "" || answers.some((other) => other.id === id)) continue;
    answers.push({ id, text });
  }
  const question = textIn(recordOf(block["question"]));
  if (question === "" || answers.length === 0) return null;
  const asked = block["max_selections"];
  const choices = typeof asked === "number" && Number.isInteger(asked) && asked >= 1 ? asked : 1;
  return {
    question,
    answers,
    choices: Math.min(choices, answers.length),
    isOpen: OPEN_KINDS.includes(block["kind"]),
  };
}

/** Count what was said to a poll, in whatever order it came.
 *
 *  The last vote of each person counts, even when it names nothing that can be chosen: it then takes back what they chose before. What was
 *  said after the end never counts. `mayEnd` says who can end it: its author, and who may delete what others write.
 */
export function tallyOf(poll: Poll, replies: readonly Reply[], mayEnd: (sender: string) => boolean): Tally {
  const ends = replies.filter(({ type, sender }) => ENDS.includes(type) && mayEnd(sender));
  const endedAt = ends.length === 0 ? null : Math.min(...ends.map(({ at }) => at));
  const last = new Map<string, Reply>();
  for (const reply of replies) {
    if (!RESPONSES.includes(reply.type) || (endedAt !== null && reply.at > endedAt)) continue;
    const before = last.get(reply.sender);
    if (before === undefined || isLater(reply, before)) last.set(reply.sender, reply);
  }
  const votes = new Map<string, readonly string[]>();
  for (const sender of [...last.keys()].sort()) {
    const chosen = chosenIn(poll, (last.get(sender) as Reply).content);
    if (chosen.length > 0) votes.set(sender, chosen);
  }
  const voters = new Map<string, readonly string[]>();
  for (const { id } of poll.answers) {
    voters.set(
      id,
      [...votes].filter(([, chosen]) => chosen.includes(id)).map(([sender]) => sender),
    );
  }
  return { votes, voters, endedAt };
}

/** Of two in the same moment, the ids decide: everywhere in the same way. */
function isLater(one: Reply, other: Reply): boolean {
  return one.at > other.at || (one.at === other.at && one.id > other.id);
}

/** One unknown answer spoils a vote. What is more than may be chosen is not looked at. */
function chosenIn(poll: Poll, content: Content): readonly string[] {
  const given =
    content["m.selections"] ??
    recordOf(content[`${UNSTABLE}.response`])?.["answers"] ??
    recordOf(content["m.poll.response"])?.["answers"];
  if (!Array.isArray(given)) return [];
  const chosen: unknown[] = given.slice(0, poll.choices);
  if (chosen.some((id) => !poll.answers.some((answer) => answer.id === id))) return [];
  return poll.answers.map(({ id }) => id).filter((id) => chosen.includes(id));
}

/** Return what one has chosen after a press on an answer. One answer takes the place of another; of several, each goes on and off. */
export function pressed(poll: Poll, chosen: readonly string[], id: string): readonly string[] {
  if (chosen.includes(id)) return chosen.filter((one) => one !== id);
  if (poll.choices === 1) return [id];
  return chosen.length < poll.choices ? [...chosen, id] : chosen;
}

/** Return the answers with the most votes; none while nobody has voted. */
export function leading(poll: Poll, tally: Tally): readonly Answer[] {
  const most = Math.max(...poll.answers.map(({ id }) => tally.voters.get(id)?.length ?? 0));
  return most === 0 ? [] : poll.answers.filter(({ id }) => tally.voters.get(id)?.length === most);
}

/** Return the part of those who voted that chose an answer, in percent. */
export function percent(tally: Tally, id: string): number {
  return tally.votes.size === 0
    ? 0
    : Math.round((100 * (tally.voters.get(id)?.length ?? 0)) / tally.votes.size);
}

/** Return the event that asks: type and content. `ids` are new for each answer. */
export function startOf(poll: Omit<Poll, "answers">, texts: readonly string[], ids: readonly string[]) {
  const fallback = [poll.question, ...texts.map((text, index) => `${index + 1}. ${text}`)].join("\n");
  return {
    type: `${UNSTABLE}.start`,
    content: {
      [`${UNSTABLE}.start`]: {
        kind: `${UNSTABLE}.${poll.isOpen ? "disclosed" : "undisclosed"}`,
        max_selections: poll.choices,
        question: { ...words(poll.question), body: poll.question, msgtype: "m.text" },
        answers: texts.map((text, index) => ({ id: ids[index], ...words(text) })),
      },
      ...words(fallback),
      body: fallback,
    },
  };
}

/** Return the event that votes, by the names that the poll itself goes by. */
export function voteOf(poll: { readonly id: string; readonly type: string }, chosen: readonly string[]) {
  const isStable = poll.type === "m.poll.start";
  return {
    type: isStable ? "m.poll.response" : `${UNSTABLE}.response`,
    content: {
      ...(isStable ? { "m.selections": chosen } : { [`${UNSTABLE}.response`]: { answers: chosen } }),
      "m.relates_to": { rel_type: "m.reference", event_id: poll.id },
    },
  };
}

/** Return the event that ends a poll. `text` is for clients that know no polls. */
export function endOf(poll: { readonly id: string; readonly type: string }, text: string) {
  const isStable = poll.type === "m.poll.start";
  return {
    type: isStable ? "m.poll.end" : `${UNSTABLE}.end`,
    content: {
      ...(isStable ? { "m.text": [{ body: text }] } : { [`${UNSTABLE}.end`]: {}, ...words(text) }),
      body: text,
      "m.relates_to": { rel_type: "m.reference", event_id: poll.id },
    },
  };
}

function words(text: string): Record<string, string> {
  return { "org.matrix.msc1767.text": text };
}

/** Read a text as any version of the proposal writes it. */
function textIn(block: Content | null): string {
  const stable = block?.["m.text"];
  const first = Array.isArray(stable) ? recordOf(stable[0])?.["body"] : stable;
  const text = first ?? block?.["org.matrix.msc1767.text"] ?? block?.["body"];
  return typeof text === "string" ? text.trim().slice(0, WORDS_MAX) : "";
}
