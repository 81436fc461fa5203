// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import vectors from "../../model/vectors.json";
import { Conduct, type Measure, type Rules, type Statement } from "../../protocol/conduct";
import { Refused } from "../../protocol/http";
import { keepSession } from "../../protocol/login";
import { checkProof } from "./checkProof";

const { log } = vectors;
const { shown } = log.open;
const MINUTE = 60_000;
const ofOpen: Statement = {
  ...shown,
  ...log.statement,
  measures: shown.measures as Measure[],
  ground: "incompatible",
  automated_decision: "not",
  appeals: [],
  log_entry: log.open.entry,
  log_index: 6,
  salts: log.salts,
  besides: [],
};

/** A server that has this proof of every decision; null: it has none. */
function serving(proof: string | null): Conduct {
  const conduct = new Conduct("token");
  conduct.proof = async () => {
    if (proof === null) throw new Refused(404, "M_NOT_FOUND", "", {});
    return proof;
  };
  vi.stubGlobal("fetch", async () => new Response(log.vkey));
  return conduct;
}

const rules = log.open.rules as Rules;

interface Given {
  now?: number;
  told?: Statement;
  findRules?: () => Promise<Rules | null>;
}

function check(conduct: Conduct, { now = shown.issued_at, told = ofOpen, findRules }: Given = {}) {
  return checkProof(conduct, told, log.subject, now, findRules ?? (async () => rules));
}

describe("a proof, checked in this browser", () => {
  beforeEach(() => localStorage.clear());

  it("is awaited for ten minutes; after that the decision is missing in the log", async () => {
    const conduct = serving(null);
    expect(await check(conduct)).toEqual({ is: "pending" });
    expect(await check(conduct, { now: shown.issued_at + 10 * MINUTE - 1 })).toEqual({ is: "pending" });
    expect(await check(conduct, { now: shown.issued_at + 10 * MINUTE })).toEqual({ is: "missing" });
  });

  it("says what it covers, and remembers the log", async () => {
    const conduct = serving(log.open.proof);
    expect(await check(conduct)).toMatchObject({ is: "proved", isSealed: false, before: null });
    expect(await check(conduct)).toMatchObject({ is: "proved", before: 64 });
  });

  it("covers the words of the rule, of which no letter may be another", async () => {
    const conduct = serving(log.open.proof);
    expect(await check(conduct)).toMatchObject({ is: "proved", hasRules: true });
    const text = JSON.stringify(rules);
    for (const [before, after] of [
      ["Leave others alone.", "Leave others alone!"],
      ["不要骚扰别人", "不要骚扰他人"],
      ["一直发消息", "发消息"],
      ['"kind":"protected"', '"kind":"rule"'],
      ['"max_measure":null', '"max_measure":""'],
      ['"burst_max":5', '"burst_max":6'],
    ] as const) {
      const altered: Rules = JSON.parse(text.replace(before, after));
      expect(altered, before).not.toEqual(rules);
      expect(await check(conduct, { findRules: async () => altered })).toEqual({
        is: "wrong",
        fault: "other_rules",
      });
    }
  });

  it("believes nobody what the hash of the rules is, and does not mind in which order they come", async () => {
    const conduct = serving(log.open.proof);
    const { version, clauses, ...rest } = rules;
    const turned = { ...rest, clauses, version, sha256: "sha256:00" } as Rules;
    expect(await check(conduct, { findRules: async () => turned })).toMatchObject({ is: "proved" });
  });

  it("is right, and says less, where the server has no such rules to show", async () => {
    const conduct = serving(log.open.proof);
    const findRules = async () => null;
    expect(await check(conduct, { findRules })).toMatchObject({ is: "proved", hasRules: false });
  });

  it("opens a sealed entry, and covers the words of the rule that it cites", async () => {
    const conduct = serving(log.proofs[0] ?? "");
    const told = { ...ofOpen, id: log.statement.decision_id, log_entry: log.entry, log_detail: log.detail };
    expect(await check(conduct, { told })).toMatchObject({ is: "proved", isSealed: true, hasRules: true });
    const altered: Rules = JSON.parse(JSON.stringify(rules).replace("Leave others alone.", "Obey."));
    const findRules = async () => altered;
    expect(await check(conduct, { told, findRules })).toEqual({ is: "wrong", fault: "other_rules" });
  });

  it("needs no rules where the entry stays sealed", async () => {
    const told = { ...ofOpen, id: log.statement.decision_id, log_entry: log.entry };
    const findRules = vi.fn();
    const found = await check(serving(log.proofs[0] ?? ""), { told, findRules });
    expect(found).toMatchObject({ is: "proved", isSealed: true, hasRules: false });
    expect(findRules).not.toHaveBeenCalled();
  });

  it("is remembered by the browser and not with the session: the log names nobody", async () => {
    const conduct = serving(log.open.proof);
    await check(conduct);
    localStorage.setItem("courtyard.draft.!room", "a word");
    vi.stubGlobal("indexedDB", { deleteDatabase: () => undefined });
    keepSession(null);
    expect(Object.keys(localStorage)).toEqual(["courtyard.log"]);
    expect(Object.keys(JSON.parse(localStorage.getItem("courtyard.log") ?? "{}")).sort()).toEqual(
      ["root", "size", "vkey"].sort(),
    );
    expect(await check(conduct)).toMatchObject({ is: "proved", before: 64 });
  });
});
