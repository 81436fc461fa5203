/** Is a decision in the public log, and does the log speak of this very statement? Checked without believing the server. */
import { utf8 } from "./bytes";
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
}

/** The first thing that is wrong; none of them happens by chance. */
export type Fault = "signature" | "inclusion" | "other_decision" | "other_person" | "other_words" | "history";

export type Verdict =
  | { readonly isProved: true; readonly checkpoint: Checkpoint; readonly index: number }
  | { readonly isProved: false; readonly fault: Fault };

/** Check a proof against the log's key, and the entry against what its subject was told. */
export async function checkDecision(proofText: string, key: Key, told: Bound): Promise<Verdict> {
  const proof = readProof(proofText);
  const checkpoint = await openCheckpoint(proof.note, key);
  if (checkpoint === null) return wrong("signature");
  const leaf = await leafHash(utf8(told.entry));
  if (!(await isIncluded(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root))) {
    return wrong("inclusion");
  }
  const entry = JSON.parse(told.entry) as Record<string, unknown>;
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
  return { isProved: true, checkpoint, index: proof.index };
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
