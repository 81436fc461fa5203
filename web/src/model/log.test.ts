import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Measure } from "../protocol/conduct";
import { fromBase64, utf8 } from "./bytes";
import { canonical, openCheckpoint, readKey, readProof, tilePath, treeOf } from "./log";
import { continuation, isContinued, isIncluded, leafHash } from "./merkle";
import { type Bound, checkDecision, continues, type Verdict } from "./proof";
import vectors from "./vectors.json";

const { log } = vectors;
const told: Bound = {
  decisionId: log.statement.decision_id,
  subject: log.subject,
  entry: log.entry,
  lang: log.statement.lang,
  facts: log.statement.facts,
  explanation: log.statement.explanation,
  salts: log.salts,
  rule: "R3.1",
  severe: false,
  issuedAt: Date.UTC(2026, 10, 26, 12),
  measures: [],
  detail: null,
};
const { shown } = log.open;
const inTheOpen: Bound = {
  ...told,
  decisionId: shown.id,
  entry: log.open.entry,
  rule: shown.rule,
  issuedAt: shown.issued_at,
  measures: shown.measures as Measure[],
};
const [shortProof = "", ...otherProofs] = log.proofs;
const root = (size: number) => fromBase64((log.roots as Record<string, string>)[size] ?? "");

async function verdict(proof: string, changed: Partial<Bound> = {}): Promise<Verdict | "malformed"> {
  const key = await readKey(log.vkey);
  return checkDecision(proof, key, { ...told, ...changed }).catch(() => "malformed" as const);
}

describe("a decision in the public log", () => {
  it.each([shortProof, ...otherProofs])("is proved as the server proves it", async (proof) => {
    expect(await verdict(proof)).toMatchObject({ isProved: true, index: 5, isSealed: true });
  });

  it("is not proved when any one byte of the proof is another", async () => {
    for (let place = 0; place < shortProof.length; place++) {
      const other = String.fromCharCode(shortProof.charCodeAt(place) ^ 1);
      const spoilt = shortProof.slice(0, place) + other + shortProof.slice(place + 1);
      expect(await verdict(spoilt), `byte ${place}`).not.toMatchObject({ isProved: true });
    }
  });

  it.each([
    ["another entry", { entry: log.entry.replace("2026-11-26", "2026-11-25") }, "inclusion"],
    ["another decision", { decisionId: "d_0e0e0e0e0e0e0e0e" }, "other_decision"],
    ["somebody else", { subject: "@eve:courtyard.test" }, "other_person"],
    ["other facts", { facts: `${told.facts} ` }, "other_words"],
    ["another explanation", { explanation: "" }, "other_words"],
    ["no salts", { salts: {} }, "other_person"],
    ["another day", { issuedAt: Date.UTC(2026, 10, 27) }, "other_terms"],
  ] as const)("is not that of %s", async (_name, changed, fault) => {
    expect(await verdict(shortProof, changed)).toEqual({ isProved: false, fault });
  });

  it("is not proved by another log", async () => {
    const key = await readKey(log.vkey);
    const other = { ...key, name: "elsewhere.test/transparency/log" };
    expect(await checkDecision(shortProof, other, told)).toEqual({ isProved: false, fault: "signature" });
  });
});

describe("a sealed entry that its subject opens", () => {
  const opened: Partial<Bound> = {
    issuedAt: shown.issued_at,
    measures: shown.measures as Measure[],
    detail: log.detail,
  };
  const check = (changed: Partial<Bound> = {}) => verdict(shortProof, { ...opened, ...changed });

  it("says what the log says in the open of another", async () => {
    expect(await check()).toMatchObject({
      isSealed: true,
      says: {
        day: "2026-11-26",
        rule: "R3.1",
        isSevere: false,
        automation: "AUTOMATED_DECISION_NOT_AUTOMATED",
        measures: [
          { type: "feature", caps: ["chat.dm.existing", "feed.like"], secs: 604_800 },
          { type: "content", content: "hide", secs: 604_800 },
        ],
      },
    });
  });

  it("says nothing where nothing was given to open it", async () => {
    expect(await check({ detail: null })).toMatchObject({ isProved: true, says: null });
  });

  it.each([
    ["another rule within it", { detail: log.detail.replace("R3.1", "R4.1") }, "other_detail"],
    ["nothing within it", { detail: "" }, "other_detail"],
    ["another key", { salts: { ...log.salts, detail: log.salts.subject } }, "other_detail"],
    ["no key", { salts: { subject: log.salts.subject, statement: log.salts.statement } }, "other_detail"],
    ["another rule told", { rule: "R4.1" }, "other_terms"],
    ["a severe matter told", { severe: true }, "other_terms"],
    ["fewer measures told", { measures: [] }, "other_terms"],
  ] as const)("is not right with %s", async (_name, changed, fault) => {
    expect(await check(changed)).toEqual({ isProved: false, fault });
  });
});

describe("a decision that the log speaks of in the open", () => {
  const check = async (changed: Partial<Bound> = {}) =>
    checkDecision(log.open.proof, await readKey(log.vkey), { ...inTheOpen, ...changed });
  const [feature, content] = inTheOpen.measures as [Measure, Measure];
  const hour = 3_600_000;

  it("is proved with its rule and its measures, which may have become shorter", async () => {
    const proved = { isProved: true, index: 6, isSealed: false };
    expect(await check()).toMatchObject(proved);
    const shorter = { ...feature, ends_at: feature.ends_at - hour };
    expect(await check({ measures: [shorter, content] })).toMatchObject(proved);
    const lifted = { ...feature, ends_at: feature.starts_at - hour };
    expect(await check({ measures: [lifted, content] })).toMatchObject(proved);
  });

  it.each([
    ["another rule", { rule: "R4.1" }],
    ["a severe matter", { severe: true }],
    ["another day", { issuedAt: shown.issued_at - 24 * hour }],
    ["no measure", { measures: [] }],
    ["one measure less", { measures: [feature] }],
    ["one measure more", { measures: [feature, content, content] }],
    ["another measure", { measures: [{ ...feature, type: "suspension" }, content] }],
    ["a longer one", { measures: [{ ...feature, ends_at: feature.ends_at + 1000 }, content] }],
    [
      "a later one",
      {
        measures: [
          { ...feature, ends_at: feature.ends_at + hour, starts_at: feature.starts_at + hour },
          content,
        ],
      },
    ],
    ["one of more", { measures: [{ ...feature, capabilities: ["feed.like", "feed.post"] }, content] }],
    ["one of less", { measures: [{ ...feature, capabilities: ["feed.like"] }, content] }],
    ["one of everything", { measures: [{ ...feature, capabilities: [] }, content] }],
    ["another step", { measures: [feature, { ...content, step: "quarantine" }] }],
  ] as const)("is not one of %s", async (_name, changed) => {
    expect(await check(changed)).toEqual({ isProved: false, fault: "other_terms" });
  });
});

describe("a key", () => {
  it("has an id of its own", async () => {
    await expect(readKey(log.vkey)).resolves.toMatchObject({ name: "courtyard.test/transparency/log" });
    await expect(readKey(log.vkey.replace("test", "tess"))).rejects.toThrow();
    await expect(readKey("")).rejects.toThrow();
  });
});

describe("a proof file", () => {
  it.each(["", "\n\n", shortProof.replace("@v1", "@v2"), shortProof.replace("index 5", "index 05")])(
    "is nothing else: %#",
    (text) => {
      expect(() => readProof(text)).toThrow();
    },
  );
});

describe("the tree", () => {
  it.each(log.grown)("of $size continues that of $old", async ({ old, size, proof }) => {
    const hashes = proof.map(fromBase64);
    expect(await isContinued(old, size, root(old), root(size), hashes)).toBe(true);
    expect(await isContinued(old, size, new Uint8Array(32), root(size), hashes)).toBe(false);
    expect(await isContinued(old, size, root(old), new Uint8Array(32), hashes)).toBe(false);
    if (hashes.length > 0) {
      expect(await isContinued(old, size, root(old), root(size), hashes.slice(1))).toBe(false);
    }
  });

  it("is read from its tiles, and shows itself how it grew", async () => {
    const asked: string[] = [];
    const at = treeOf(300, async (path) => {
      asked.push(path);
      return fromBase64((log.tiles as Record<string, string>)[path] ?? "");
    });
    for (const { old, proof } of log.grown.filter(({ size }) => size === 300)) {
      expect(await continuation(old, 300, at), `from ${old}`).toEqual(proof.map(fromBase64));
    }
    expect(new Set(asked).size).toBe(asked.length);
  });

  it("never lets a made-up proof show an entry", async () => {
    const leaf = await leafHash(utf8("never logged"));
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    await fc.assert(
      fc.asyncProperty(fc.nat(299), fc.array(hash, { maxLength: 12 }), async (index, proof) => {
        expect(await isIncluded(leaf, index, 300, proof, root(300))).toBe(false);
      }),
    );
  });

  it("is another history when an older root does not lead to it, whichever came first", async () => {
    const key = await readKey(log.vkey);
    const notes = log.checkpoints as Record<string, string>;
    const old = await openCheckpoint(notes["11"] ?? "", key);
    const now = await openCheckpoint(notes["300"] ?? "", key);
    if (old === null || now === null) throw new Error("both are signed");
    const at = treeOf(300, async (path) => fromBase64((log.tiles as Record<string, string>)[path] ?? ""));
    const prove = (from: number, to: number) => continuation(from, to, at);
    expect(await continues(old, now, prove)).toBe(true);
    expect(await continues(now, old, prove)).toBe(true);
    expect(await continues({ ...old, root: root(7) }, now, prove)).toBe(false);
  });
});

describe("texts", () => {
  it.each([
    [0, 0, 256, "tile/0/000"],
    [0, 1_234_067, 256, "tile/0/x001/x234/067"],
    [1, 0, 1, "tile/1/000.p/1"],
  ])("name a tile: level %i, %i, %i", (level, index, width, path) => {
    expect(tilePath(level, index, width)).toBe(path);
  });

  it("are canonical whatever the order of their names", () => {
    expect(canonical({ b: "1", a: '"' })).toEqual(utf8('{"a":"\\"","b":"1"}'));
    const value = { "😀": [1, { z: null, y: true }], "～": -1, é: "\u2028\t" };
    expect(canonical(value)).toEqual(utf8('{"é":"\u2028\\t","～":-1,"😀":[1,{"y":true,"z":null}]}'));
  });
});
