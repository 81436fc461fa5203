/** Is a decision in the public log, and does the log speak of this very statement? Checked without believing the server. */
import type { Measure, Rules } from "../protocol/conduct";
import { hex, sha256, utf8 } from "./bytes";
import { type Checkpoint, canonical, type Key, openCheckpoint, opens, readProof } from "./log";
import { isContinued, isIncluded, leafHash } from "./merkle";

/** What a statement says of itself, as far as the log is bound to it. */
export interface Bound {
  readonly decisionId: string;
  readonly subject: string;
  readonly entry: string;
  readonly lang: string;
  readonly facts: string;
  readonly explanation: string;
  readonly salts: Readonly<Record<string, string>>;
  readonly rule: string;
  readonly severe: boolean;
  readonly issuedAt: number;
  readonly measures: readonly Measure[];
  /** What opens a sealed entry, as the server gave it; null: it gave nothing. */
  readonly detail: string | null;
}

/** What the log says of a decision, whether everybody reads it there or its subject alone. */
export interface Says {
  readonly day: string;
  readonly rule: string;
  readonly rules: string;
  readonly isSevere: boolean;
  readonly ground: string;
  readonly automation: string;
  readonly measures: readonly Logged[];
}

export interface Logged {
  readonly type: Measure["type"];
  readonly content?: Measure["step"];
  readonly caps?: readonly string[];
  readonly secs: number;
}

/** The first thing that is wrong; none of them happens by chance. */
export type Fault =
  | "signature"
  | "inclusion"
  | "other_decision"
  | "other_person"
  | "other_words"
  | "other_detail"
  | "other_terms"
  | "other_rules"
  | "history";

export type Verdict =
  | {
      readonly isProved: true;
      readonly checkpoint: Checkpoint;
      readonly index: number;
      /** The entry of a small server does not say to others what was decided. */
      readonly isSealed: boolean;
      /** Null: it is sealed, and nothing was given to open it. Rule and measures could not be compared. */
      readonly says: Says | null;
    }
  | { readonly isProved: false; readonly fault: Fault };

type Entry = Readonly<Record<string, unknown>>;

/** Check a proof against the log's key, and the entry against what its subject was told. */
export async function checkDecision(proofText: string, key: Key, told: Bound): Promise<Verdict> {
  const proof = readProof(proofText);
  const checkpoint = await openCheckpoint(proof.note, key);
  if (checkpoint === null) return wrong("signature");
  const leaf = await leafHash(utf8(told.entry));
  if (!(await isIncluded(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root))) {
    return wrong("inclusion");
  }
  const entry = fieldsOf(JSON.parse(told.entry));
  if (entry["id"] !== told.decisionId || entry["t"] !== "decision.issued") return wrong("other_decision");
  const { subject = "", statement = "" } = told.salts;
  if (!(await opens(entry["subject_commit"], subject, utf8(told.subject)))) return wrong("other_person");
  const words = canonical({
    decision_id: told.decisionId,
    lang: told.lang,
    facts: told.facts,
    explanation: told.explanation,
  });
  if (!(await opens(entry["statement_commit"], statement, words))) return wrong("other_words");
  if (!isOfDay(entry, told)) return wrong("other_terms");
  const isSealed = "detail_commit" in entry;
  const proved = { isProved: true, checkpoint, index: proof.index, isSealed } as const;
  if (!isSealed)
    return hasTerms(entry, told) ? { ...proved, says: saysOf(entry, entry) } : wrong("other_terms");
  if (told.detail === null) return { ...proved, says: null };
  const { detail: salt = "" } = told.salts;
  if (!(await opens(entry["detail_commit"], salt, utf8(told.detail)))) return wrong("other_detail");
  const opened = fieldsOf(JSON.parse(told.detail));
  return hasTerms(opened, told) ? { ...proved, says: saysOf(entry, opened) } : wrong("other_terms");
}

/** Does a proved entry cite these very rules, to the letter? What the server says of their hash does not count. */
export async function cites(says: Says, rules: Rules): Promise<boolean> {
  const published = Object.fromEntries(Object.entries(rules).filter(([name]) => name !== "sha256"));
  const hash = `sha256:${hex(await sha256(canonical(published)))}`;
  return says.rules === hash;
}

/** A log knows days only, of UTC. */
function isOfDay(entry: Entry, { issuedAt }: Bound): boolean {
  return entry["day"] === new Date(issuedAt).toISOString().slice(0, 10);
}

/** Does the entry speak of this rule and these measures? They may have become shorter since, and never longer. */
function hasTerms(entry: Entry, { rule, severe, issuedAt, measures }: Bound): boolean {
  const logged = Array.isArray(entry["measures"]) ? entry["measures"].map(fieldsOf) : [];
  return (
    entry["rule"] === rule &&
    (entry["severe"] ?? false) === severe &&
    logged.length === measures.length &&
    measures.every((one, place) => isLogged(one, logged[place] ?? {}, issuedAt))
  );
}

function isLogged(measure: Measure, logged: Entry, issuedAt: number): boolean {
  // An order to leave somebody alone names them; the log names the kind of order only.
  const kinds = new Set(measure.capabilities.map((one) => one.split(":")[0] ?? ""));
  const caps = kinds.size === 0 ? undefined : [...kinds].sort();
  // It began when it was decided, so a later beginning would make it longer too.
  const secs = Math.floor((measure.ends_at - Math.min(measure.starts_at, issuedAt)) / 1000);
  return (
    logged["type"] === measure.type &&
    JSON.stringify(logged["caps"]) === JSON.stringify(caps) &&
    logged["content"] === measure.step &&
    typeof logged["secs"] === "number" &&
    secs <= logged["secs"]
  );
}

/** Return what was compared already, and a little more that nothing has to be compared with. */
function saysOf(entry: Entry, terms: Entry): Says {
  return {
    day: String(entry["day"]),
    rule: String(terms["rule"]),
    rules: String(terms["rules"]),
    isSevere: terms["severe"] === true,
    ground: String(terms["ground"]),
    automation: String(terms["auto_dec"]),
    measures: terms["measures"] as readonly Logged[],
  };
}

function fieldsOf(value: unknown): Entry {
  return typeof value === "object" && value !== null ? (value as Entry) : {};
}

/** Check that a log only grew since a checkpoint that was seen before. `prove` is asked for the hashes between the two. */
export async function continues(
  before: Checkpoint,
  now: Checkpoint,
  prove: (old: number, size: number) => Promise<readonly Uint8Array[]>,
): Promise<boolean> {
  const [older, newer] = before.size <= now.size ? [before, now] : [now, before];
  const proof = await prove(older.size, newer.size);
  return isContinued(older.size, newer.size, older.root, newer.root, proof);
}

function wrong(fault: Fault): Verdict {
  return { isProved: false, fault };
}
