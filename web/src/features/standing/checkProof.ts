/** The proof of a decision, checked in this browser: against the log's key, the statement, and what this browser saw of the log before. */
import { fromBase64, toBase64 } from "../../model/bytes";
import { type Checkpoint, type Key, Malformed, readKey, treeOf } from "../../model/log";
import { continuation } from "../../model/merkle";
import { checkDecision, cites, continues, type Fault, type Says } from "../../model/proof";
import { type Conduct, logFile, logKey, type Rules, type Statement } from "../../protocol/conduct";
import { Refused } from "../../protocol/http";

export type Checked =
  | {
      readonly is: "proved";
      readonly index: number;
      readonly size: number;
      readonly before: number | null;
      readonly isSealed: boolean;
      /** What the entry says; null: it is sealed, and the server gave nothing that opens it. */
      readonly says: Says | null;
      /** The words of the cited rules are those of the entry. They cannot be compared where it stays sealed, or the server shows none. */
      readonly hasRules: boolean;
    }
  | { readonly is: "wrong"; readonly fault: Fault | "key" | "malformed" }
  | { readonly is: "pending" }
  | { readonly is: "missing" }
  | { readonly is: "unsupported" };

const KEPT = "courtyard.log";
/** A decision is in the log after some seconds. After this long, no server that is well has an excuse. */
const MISSING_AFTER_MS = 10 * 60_000;

interface Kept {
  readonly vkey: string;
  readonly size: number;
  readonly root: string;
}

/** Return the rules that a decision cites, as they are shown; null: the server has none to show. */
export type FindRules = () => Promise<Rules | null>;

/** Check it. Throws an error where the server does not answer. */
export async function checkProof(
  conduct: Conduct,
  statement: Statement,
  subject: string,
  now: number,
  findRules: FindRules,
): Promise<Checked> {
  const proof = await conduct.proof(statement.id).catch((error: unknown) => {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  });
  if (proof === null) return { is: now < statement.issued_at + MISSING_AFTER_MS ? "pending" : "missing" };
  try {
    const vkey = (await logKey()).trim();
    const before = kept();
    if (before !== null && before.vkey !== vkey) return { is: "wrong", fault: "key" };
    return await checkWith(proof, await readKey(vkey), vkey, before, statement, subject, findRules);
  } catch (error) {
    if (error instanceof Malformed) return { is: "wrong", fault: "malformed" };
    if (error instanceof DOMException && error.name === "NotSupportedError") return { is: "unsupported" };
    throw error;
  }
}

async function checkWith(
  proof: string,
  key: Key,
  vkey: string,
  before: Kept | null,
  statement: Statement,
  subject: string,
  findRules: FindRules,
): Promise<Checked> {
  const verdict = await checkDecision(proof, key, {
    decisionId: statement.id,
    subject,
    entry: statement.log_entry,
    lang: statement.lang ?? "",
    facts: statement.facts ?? "",
    explanation: statement.explanation ?? "",
    salts: statement.salts ?? {},
    rule: statement.rule,
    severe: statement.severe,
    issuedAt: statement.issued_at,
    measures: statement.measures,
    detail: statement.log_detail ?? null,
  });
  if (!verdict.isProved) return { is: "wrong", fault: verdict.fault };
  const now = verdict.checkpoint;
  const { index, isSealed, says } = verdict;
  const rules = says === null ? null : await findRules();
  if (says !== null && rules !== null && !(await cites(says, rules)))
    return { is: "wrong", fault: "other_rules" };
  const proved = { is: "proved", index, size: now.size, isSealed, says, hasRules: rules !== null } as const;
  if (before === null) {
    keep(vkey, now);
    return { ...proved, before: null };
  }
  const seen: Checkpoint = { origin: now.origin, size: before.size, root: fromBase64(before.root) };
  const at = treeOf(Math.max(seen.size, now.size), logFile);
  const grew = await continues(seen, now, (old, size) => continuation(old, size, at));
  // What contradicts it never takes the place of what was seen: the warning stays until somebody has looked.
  if (!grew) return { is: "wrong", fault: "history" };
  if (now.size > seen.size) keep(vkey, now);
  return { ...proved, before: seen.size };
}

function kept(): Kept | null {
  const text = localStorage.getItem(KEPT);
  return text === null ? null : (JSON.parse(text) as Kept);
}

function keep(vkey: string, { size, root }: Checkpoint): void {
  const seen: Kept = { vkey, size, root: toBase64(root) };
  localStorage.setItem(KEPT, JSON.stringify(seen));
}
