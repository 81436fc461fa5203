/** Decisions as people read them. Pure: what is in force, for how much longer, what can be done about it. */
import type { Appeal, Clause, Decision, Measure, Rules, Standing } from "../protocol/conduct";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const APPEALS_MAX = 5;
/** What is left of a block of which nobody heard the appeal in time, from its beginning. docs/manual/conduct.md */
const SHRUNK_BLOCK = 30 * DAY;

/** One account's decisions, those that are in force or paused apart from those that are over. */
export function parted(decisions: readonly Decision[]): { now: Decision[]; past: Decision[] } {
  const isOpen = (one: Decision) => isInForce(one) || isPaused(one);
  return { now: decisions.filter(isOpen), past: decisions.filter((one) => !isOpen(one)) };
}

export function isInForce(decision: Decision): boolean {
  return decision.measures.some(runs);
}

function runs({ state }: Measure): boolean {
  return state === "active" || state === "scheduled";
}

/** Say whether an overdue appeal is all that keeps a decision from being in force. */
export function isPaused(decision: Decision): boolean {
  return stateOf(decision) === "stayed";
}

/** Return the state that says most of a decision: what still runs before what is over. */
export function stateOf(decision: Decision): Measure["state"] {
  const order = [
    "active",
    "scheduled",
    "stayed",
    "overturned",
    "annulled",
    "lifted",
    "lapsed",
    "expired",
  ] as const;
  return order.find((state) => decision.measures.some((one) => one.state === state)) ?? "expired";
}

/** Return the decision that takes a capability now, and until when it does: the one that lasts longest. Null: nothing takes it. */
export function takenBy(
  { restricted, decisions }: Standing,
  capability: string,
): { readonly decision: Decision; readonly endsAt: number } | null {
  // The clock may have given something back since: what is taken now is said by the server alone.
  if (!restricted.includes(capability)) return null;
  const taking = decisions.flatMap((decision) =>
    decision.measures.flatMap(({ state, remaining }) => {
      const endsAt = state === "active" ? remaining[capability] : undefined;
      return endsAt === undefined ? [] : [{ decision, endsAt }];
    }),
  );
  return taking.toSorted((one, other) => other.endsAt - one.endsAt)[0] ?? null;
}

/** Return what is refused besides one thing: nothing, more by the same decision alone, or something by others. Null: that is not known. */
export function besides(
  standing: Standing,
  { capability, decision }: { readonly capability: string; readonly decision: string },
): "nothing" | "same" | "others" | null {
  // The refusal is news: what was asked before it came says nothing about now.
  if (!standing.restricted.includes(capability)) return null;
  const further = standing.decisions.filter(({ id }) => id !== decision).flatMap(({ measures }) => measures);
  const byOthers = new Set(further.filter(({ state }) => state === "active").flatMap(capabilitiesLeft));
  // What both take too: it would still be refused without this decision.
  if (standing.restricted.some((one) => byOthers.has(one))) return "others";
  return standing.restricted.length === 1 ? "nothing" : "same";
}

function capabilitiesLeft({ remaining }: Measure): string[] {
  return Object.keys(remaining);
}

/** Return when the last of what is in force or to come is over; when nothing is, when the last of all was. */
export function endOf(decision: Decision): number {
  const running = decision.measures.filter(runs);
  return Math.max(...(running.length === 0 ? decision.measures : running).map((one) => one.ends_at));
}

/** Say whether all that is in force or to come is over at one moment, so that one time says all. */
export function endsTogether(decision: Decision): boolean {
  const ends = decision.measures.filter(runs).flatMap(linesOf);
  return new Set(ends.map(({ endsAt }) => endsAt)).size <= 1;
}

/** What a measure takes until one moment. */
export interface Line {
  readonly capabilities: readonly string[];
  readonly endsAt: number;
  /** It is all that the measure ever took. */
  readonly isWhole: boolean;
}

/** Return what a measure takes now, apart where it ends apart, the first end first; of one that is over, what it took. */
export function linesOf(measure: Measure): Line[] {
  const { capabilities, remaining, ends_at: endsAt } = measure;
  const whole = { capabilities, endsAt, isWhole: true };
  const isOpen = runs(measure) || measure.state === "stayed";
  const ends = [...new Set(Object.values(remaining))].toSorted((one, other) => one - other);
  if (!isOpen || ends.length === 0) return [whole];
  if (ends.length === 1 && capabilitiesLeft(measure).length === capabilities.length) return [whole];
  return ends.map((end) => ({
    capabilities: capabilities.filter((one) => remaining[one] === end),
    endsAt: end,
    isWhole: false,
  }));
}

/** Return how much time is left in the one unit that tells most. */
export function timeLeft(until: number, now: number): { unit: "day" | "hour" | "minute"; count: number } {
  const left = Math.max(0, until - now);
  if (left >= 2 * DAY) return { unit: "day", count: Math.floor(left / DAY) };
  if (left >= 2 * HOUR) return { unit: "hour", count: Math.floor(left / HOUR) };
  return { unit: "minute", count: Math.ceil(left / MINUTE) };
}

/** Return when to look again: the next time at which the clock alone changes something. */
export function nextChange(decisions: readonly Decision[], now: number): number | null {
  const moments = decisions.flatMap(({ measures, appeals }) => [
    ...measures.flatMap((one) => [one.starts_at, one.ends_at, ...Object.values(one.remaining)]),
    ...measures.flatMap(({ panel }) => (panel === undefined ? [] : [panel.until])),
    ...appeals.filter((one) => one.outcome === null).map((one) => one.due_at),
  ]);
  const coming = moments.filter((moment) => moment > now);
  return coming.length === 0 ? null : Math.min(...coming);
}

/** What three people said of a block; `missed`: nothing in time. Null: it needs none, or was over before they had to. */
export type Heard = "waits" | "confirmed" | "refused" | "missed" | null;

export function heardOf({ panel, ends_at }: Measure, now: number): Heard {
  if (panel === undefined) return null;
  if (panel.confirmed !== null) return panel.confirmed ? "confirmed" : "refused";
  if (ends_at <= Math.min(now, panel.until)) return null;
  return now < panel.until ? "waits" : "missed";
}

export function openAppeal(decision: Decision): Appeal | null {
  return decision.appeals.find((one) => one.outcome === null) ?? null;
}

/** What becomes of a decision when nobody answers an appeal in time; null: nothing of it is left by then. */
export type Overdue = "pauses" | "ends" | "shrinks" | "shrinks_runs" | "runs" | null;

/** Return what becomes of the heaviest that is left of a decision when an appeal is due. docs/manual/conduct.md, the ladder */
export function overdueOf(decision: Decision, appeal: Appeal): Overdue {
  const left = decision.measures.filter((one) => runs(one) && one.ends_at > appeal.due_at);
  const find = (type: Measure["type"]) => left.find((one) => one.type === type);
  const block = find("block");
  if (block !== undefined) {
    if (appeal.due_at - block.starts_at >= SHRUNK_BLOCK) return "ends";
    return decision.severe ? "shrinks_runs" : "shrinks";
  }
  if (find("suspension") !== undefined) return decision.severe ? "runs" : "pauses";
  if (find("feature") !== undefined) return "pauses";
  return left.length === 0 ? null : "ends";
}

/** What an open appeal that is overdue has come to; `late`: the server has not said so yet. */
export type Late = "stayed" | "over" | "runs" | "late";

/** Return what has become of a decision of which an appeal is overdue; null: it is in time. */
export function lateOf(decision: Decision, appeal: Appeal, now: number): Late | null {
  // The two clocks may differ; nothing but an overdue appeal pauses anything.
  const isLate = now >= appeal.due_at || decision.measures.some(({ state }) => state === "stayed");
  if (!isLate) return null;
  if (isPaused(decision)) return "stayed";
  if (!isInForce(decision)) return "over";
  return decision.severe ? "runs" : "late";
}

/** Say whether a decision can be appealed now, and whether that needs something new. */
export function appealPossible(decision: Decision, now: number): "first" | "further" | "no" {
  const state = stateOf(decision);
  const isCancelled = state === "overturned" || state === "annulled";
  if (isCancelled || now >= decision.appeal_until || openAppeal(decision) !== null) return "no";
  if (decision.appeals.length >= APPEALS_MAX) return "no";
  return decision.appeals.length === 0 ? "first" : "further";
}

/** Return a clause's words in a language: that one, its family, or English. */
export function wordingOf(clause: Clause, language: string): { title: string; text: string } {
  const family = language.split("-")[0] ?? "";
  const { wording } = clause;
  return wording[language] ?? wording[family] ?? wording["en"] ?? { title: clause.id, text: "" };
}

export function clauseOf(rules: Rules | null | undefined, id: string): Clause | null {
  return rules?.clauses.find((one) => one.id === id) ?? null;
}

/** The rules that somebody can be reported under: not those that protect, and not the one about reports themselves. */
export function reportable(rules: Rules): Clause[] {
  return rules.clauses.filter((one) => one.kind === "rule" && one.is_misuse !== true);
}

/** Part a capability from the person that it is about: `chat.dm.existing:@lin:example.org`. */
export function capabilityParts(capability: string): { name: string; person: string | null } {
  const at = capability.indexOf(":");
  if (at < 0) return { name: capability, person: null };
  return { name: capability.slice(0, at), person: capability.slice(at + 1) };
}
