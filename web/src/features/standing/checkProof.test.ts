// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import vectors from "../../model/vectors.json";
import { Conduct, type Measure, type Statement } from "../../protocol/conduct";
import { Refused } from "../../protocol/http";
import { keepSession } from "../../protocol/login";
import { checkProof } from "./checkProof";

const { log } = vectors;
const { shown } = log.open;
const MINUTE = 60_000;
const statement: Statement = {
  ...shown,
  ...log.statement,
  measures: shown.measures as Measure[],
  ground: "incompatible",
  automated_decision: "not",
  appeals: [],
  log_entry: log.open.entry,
  log_index: 6,
  salts: log.salts,
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

const check = (conduct: Conduct, now = shown.issued_at) =>
  checkProof(conduct, { ...statement, id: shown.id }, log.subject, now);

describe("a proof, checked in this browser", () => {
  beforeEach(() => localStorage.clear());

  it("is awaited for ten minutes; after that the decision is missing in the log", async () => {
    const conduct = serving(null);
    expect(await check(conduct)).toEqual({ is: "pending" });
    expect(await check(conduct, shown.issued_at + 10 * MINUTE - 1)).toEqual({ is: "pending" });
    expect(await check(conduct, shown.issued_at + 10 * MINUTE)).toEqual({ is: "missing" });
  });

  it("says what it covers, and remembers the log", async () => {
    const conduct = serving(log.open.proof);
    expect(await check(conduct)).toMatchObject({ is: "proved", isSealed: false, before: null });
    expect(await check(conduct)).toMatchObject({ is: "proved", before: 64 });
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
