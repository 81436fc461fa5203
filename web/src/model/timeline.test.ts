import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isShown } from "./rows";
import { type KeptRows, rowsAfter, rowsOf } from "./rowsOf";
import { answersTo, saidOf, textOf } from "./said";
import { SharedMap } from "./sharedMap";
import { applySync, type Fact, initial, NOTHING, type Timeline } from "./timeline";

const PEOPLE = ["@ann:here", "@bo:here", "@cy:here"];

/** What happens in a room, one thing after the other; `to` says which of the earlier things it is about. */
const deed = fc.record({
  kind: fc.constantFrom(
    "text",
    "text",
    "text",
    "edit",
    "reaction",
    "reference",
    "redaction",
    "join",
    "odd",
    "call",
    "step",
  ),
  who: fc.constantFrom(...PEOPLE),
  to: fc.nat(40),
  pause: fc.nat(400_000),
  sign: fc.constantFrom("👍", "🎉"),
});

function factsOf(deeds: readonly (typeof deed extends fc.Arbitrary<infer T> ? T : never)[]): Fact[] {
  let at = Date.UTC(2026, 10, 26, 12);
  return deeds.map(({ kind, who, to, pause, sign }, index) => {
    at += pause;
    const id = `$${index}`;
    // Anything may be about anything, also about what comes later: servers and clients can send all of it.
    const target = `$${to % (deeds.length + 2)}`;
    const base = { id, key: id, sender: who, at };
    if (kind === "edit") {
      const content = { body: "* new", "m.new_content": { msgtype: "m.text", body: `new ${index}` } };
      return { ...base, type: "m.room.message", content, about: { kind, id: target } };
    }
    if (kind === "reaction") {
      const content = { "m.relates_to": { rel_type: "m.annotation", event_id: target, key: sign } };
      return { ...base, type: "m.reaction", content, about: { kind, id: target } };
    }
    if (kind === "reference") {
      return { ...base, type: "org.example.vote", content: {}, about: { kind, id: target } };
    }
    if (kind === "redaction") return { ...base, type: "m.room.redaction", content: {}, redacts: target };
    if (kind === "join") {
      return { ...base, type: "m.room.member", stateKey: who, content: { membership: "join" }, before: {} };
    }
    const content = { call_id: String(to % 3), ...(sign === "🎉" && { reason: "replaced" }) };
    if (kind === "call") return { ...base, type: "m.call.invite", content };
    if (kind === "step") {
      const type = to % 2 ? "m.call.answer" : "m.call.hangup";
      return { ...base, type, content, about: { kind: "reference", id: `call ${to % 3}` } };
    }
    if (kind === "odd") return { ...base, type: "org.example.unknown", content: { body: 7 } };
    return { ...base, type: "m.room.message", content: { msgtype: "m.text", body: `text ${index}` } };
  });
}

const facts = fc.array(deed, { maxLength: 40 }).map(factsOf);

/** An event whose key has not come. What a step of a call belongs to is not known either: it stands inside. */
function lockedUp({ about, ...fact }: Fact): Fact {
  const known = about === undefined || about.id.startsWith("call ") ? {} : { about };
  return { ...fact, ...known, content: {}, unreadable: "NO_KEY" };
}

interface Step {
  readonly what: string;
  readonly count: number;
  readonly of: number;
}

/** Return a conversation as it is after each of some steps. History goes on both ways from its middle; some of it has no key yet. */
function* lived(all: readonly Fact[], steps: readonly Step[]): Generator<Timeline> {
  const locked = all.map((fact, index) => (index % 3 === 2 ? lockedUp(fact) : fact));
  let from = all.length >> 1;
  let to = from;
  let timeline = NOTHING;
  for (const { what, count, of } of steps) {
    const some = all.slice(of % all.length, (of % all.length) + count);
    if (what === "newer") {
      timeline = applySync(timeline, { newer: locked.slice(to, to + count) });
      to += count;
    } else if (what === "older") {
      const begin = Math.max(0, from - count);
      timeline = applySync(timeline, { older: locked.slice(begin, from) });
      from = begin;
    } else if (what === "key") timeline = applySync(timeline, { changed: some });
    else if (what === "redaction") {
      const changed = some.map((fact) => ({ ...fact, content: {}, isRemoved: true }));
      timeline = applySync(timeline, { changed });
    } else if (what === "anew") timeline = initial(locked.slice(from, to));
    else {
      const pending = some.map((fact) => ({
        ...fact,
        id: `~${fact.id}`,
        key: `~${fact.id}`,
        sending: "sending" as const,
      }));
      yield applySync(timeline, { newer: pending });
    }
    yield timeline;
  }
}

/** What can be seen of a timeline: two of which that is the same are the same to everybody. */
function seen(timeline: Timeline) {
  const rows = rowsOf(timeline, { me: PEOPLE[0] ?? "", readUpTo: "$3" });
  return rows.map((row) => ("id" in row ? { row, said: saidOf(timeline, row.id, PEOPLE[0] ?? "") } : row));
}

describe("a timeline", () => {
  it("is the same from one answer of the server and from many", () => {
    fc.assert(
      fc.property(facts, fc.array(fc.nat(40), { maxLength: 5 }), (all, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
        let timeline = NOTHING;
        for (const [index, from] of places.entries()) {
          timeline = applySync(timeline, { newer: all.slice(from, places[index + 1]) });
        }
        expect(timeline).toEqual(initial(all));
      }),
    );
  });

  it("is the same from whichever place history is read backwards, while new things come", () => {
    fc.assert(
      fc.property(facts, fc.nat(40), fc.nat(40), fc.nat(40), (all, a, b, c) => {
        const [oldest = 0, from = 0, to = 0] = [a, b, c]
          .map((cut) => Math.min(cut, all.length))
          .sort((x, y) => x - y);
        let timeline = initial(all.slice(from, to));
        timeline = applySync(timeline, { older: all.slice(oldest, from), newer: all.slice(to) });
        timeline = applySync(timeline, { older: all.slice(0, oldest) });
        expect(timeline.order).toEqual(initial(all).order);
        expect(seen(timeline)).toEqual(seen(initial(all)));
      }),
    );
  });

  it("takes a thing that the server says twice once", () => {
    fc.assert(
      fc.property(facts, fc.nat(40), (all, from) => {
        expect(applySync(initial(all), { newer: all.slice(from), older: all.slice(from) })).toEqual(
          initial(all),
        );
      }),
    );
  });

  it("is the same whether a key comes early or late", () => {
    fc.assert(
      fc.property(facts, fc.array(fc.nat(40)), (all, late) => {
        const locked = all.map((fact, index) => (late.includes(index) ? lockedUp(fact) : fact));
        const changed = all.filter((_, index) => late.includes(index));
        expect(applySync(initial(locked), { changed })).toEqual(initial(all));
      }),
    );
  });

  it("is the same however much of it is shared with the one before", () => {
    fc.assert(
      fc.property(facts, fc.nat(9), fc.nat(40), (all, recentMax, from) => {
        const empty: Timeline = {
          ...{ order: [], facts: SharedMap.empty(recentMax), about: SharedMap.empty(recentMax) },
          removed: SharedMap.empty(recentMax),
        };
        let timeline = applySync(empty, { newer: all.slice(from, from + 3) });
        for (const fact of all.slice(from + 3)) timeline = applySync(timeline, { newer: [fact] });
        for (const fact of all.slice(0, from).reverse()) timeline = applySync(timeline, { older: [fact] });
        const whole = initial(all);
        expect(timeline.order).toEqual(whole.order);
        const entries = ({ facts, about, removed }: Timeline) =>
          [facts, about, removed].map((map) => new Map<string, unknown>(map.entries()));
        expect(entries(timeline)).toEqual(entries(whole));
      }),
    );
  });

  it("never changes a timeline that somebody holds", () => {
    fc.assert(
      fc.property(facts, facts, (some, more) => {
        const timeline = initial(some);
        const before = structuredClone(timeline);
        applySync(timeline, { newer: more, older: more, changed: more });
        expect(timeline).toEqual(before);
      }),
    );
  });
});

describe("a message", () => {
  const at = Date.UTC(2026, 10, 26);
  const text = (id: string, sender: string, more: Partial<Fact> = {}): Fact => ({
    ...{ id, key: id, sender, at, type: "m.room.message", content: { msgtype: "m.text", body: id } },
    ...more,
  });
  const edit = (id: string, sender: string, of: string): Fact =>
    text(id, sender, {
      content: { "m.new_content": { msgtype: "m.text", body: id } },
      about: { kind: "edit", id: of },
    });
  const sign = (id: string, sender: string, of: string, key = "👍"): Fact =>
    text(id, sender, {
      type: "m.reaction",
      content: { "m.relates_to": { key } },
      about: { kind: "reaction", id: of },
    });

  it("has the last wording of its own writer, and of nobody else", () => {
    const all = [
      text("$a", "@ann"),
      edit("$b", "@ann", "$a"),
      edit("$c", "@ann", "$a"),
      edit("$d", "@bo", "$a"),
    ];
    expect(saidOf(initial(all), "$a", "@ann")).toMatchObject({ content: { body: "$c" }, isEdited: true });
  });

  const wordsOf = (all: readonly Fact[]) => saidOf(initial(all), "$a", "@ann")?.content["body"];

  it("takes no edit that does not count", () => {
    const own = edit("$b", "@ann", "$a");
    expect(wordsOf([text("$a", "@ann"), own])).toBe("$b");
    expect(wordsOf([text("$a", "@ann"), { ...own, type: "m.sticker" }])).toBe("$a");
    expect(wordsOf([text("$a", "@ann"), { ...own, stateKey: "" }])).toBe("$a");
    // A server could write it.
    const hidden = text("$a", "@ann", { isEncrypted: true });
    expect(wordsOf([hidden, own])).toBe("$a");
    expect(wordsOf([hidden, { ...own, isEncrypted: true }])).toBe("$b");
    expect(wordsOf([hidden, { ...own, sending: "sending" }])).toBe("$b");
    // An edit of an edit.
    const second = edit("$c", "@ann", "$b");
    expect(saidOf(initial([text("$a", "@ann"), own, second]), "$b", "@ann")?.isEdited).toBe(false);
    // "She has taken the money", says who asked for it.
    const money = { type: "org.courtyard.payment" };
    const claim = { ...own, ...money, content: { "m.new_content": { body: "taken" } } };
    expect(wordsOf([text("$a", "@ann", money), claim])).toBe("$a");
  });

  it("has the edit that was made last, in whatever order they came", () => {
    const early = { ...edit("$b", "@ann", "$a"), at: at + 1 };
    const late = { ...edit("$c", "@ann", "$a"), at: at + 2 };
    const same = { ...edit("$d", "@ann", "$a"), at: at + 2 };
    expect(wordsOf([text("$a", "@ann"), late, early])).toBe("$c");
    expect(wordsOf([text("$a", "@ann"), same, late, early])).toBe("$d");
    // This device's clock may be slow.
    expect(wordsOf([text("$a", "@ann"), late, { ...early, id: "~e", sending: "sending" }])).toBe("$b");
  });

  it("has the wording before, once the last one is deleted", () => {
    const all = [text("$a", "@ann"), edit("$b", "@ann", "$a"), text("$r", "@ann", { redacts: "$b" })];
    expect(saidOf(initial(all), "$a", "@ann")).toMatchObject({ content: { body: "$a" }, isEdited: false });
  });

  it("still answers what it answered when its words change", () => {
    const reply = { "m.relates_to": { "m.in_reply_to": { event_id: "$x" } } };
    const all = [text("$a", "@ann", { content: { body: "a", ...reply } }), edit("$b", "@ann", "$a")];
    expect(answersTo(saidOf(initial(all), "$a", "@ann")?.content ?? {})).toBe("$x");
    // And answers nothing by an edit: who wrote a plain "Yes" cannot make it one to anything afterwards.
    const words = { body: "Yes", ...reply };
    const late = { ...edit("$b", "@ann", "$a"), content: { "m.new_content": words } };
    const said = saidOf(initial([text("$a", "@ann"), late]), "$a", "@ann");
    expect(said?.content).toEqual({ body: "Yes" });
  });

  it.each([
    ["> <@bo:here> One\n> two\n\nThree", "Three"],
    ["> * <@bo:here> waves\n\nThree\n\nfour", "Three\n\nfour"],
    ["> <@bo:here> One\nThree", "Three"],
    ["> Something wise\n\nThree", "> Something wise\n\nThree"],
    ["> <@bo:here> One", "> <@bo:here> One"],
    ["Three", "Three"],
  ])("says only itself when it answers: %j", (body, words) => {
    const reply = { "m.relates_to": { "m.in_reply_to": { event_id: "$x" } } };
    expect(textOf({ body, ...reply })).toBe(words);
    expect(textOf({ body })).toBe(body);
  });

  it("counts a person's sign once, and knows which is mine to take back", () => {
    const all = [
      text("$a", "@ann"),
      sign("$b", "@bo", "$a"),
      sign("$c", "@bo", "$a"),
      sign("$d", "@ann", "$a"),
    ];
    expect(saidOf(initial(all), "$a", "@ann")?.reactions).toEqual([
      { key: "👍", senders: ["@bo", "@ann"], mine: ["$d"] },
    ]);
    const taken = applySync(initial(all), { newer: [text("$r", "@ann", { redacts: "$d" })] });
    expect(saidOf(taken, "$a", "@ann")?.reactions).toEqual([{ key: "👍", senders: ["@bo"], mine: [] }]);
  });

  it("counts a sign once, whether or not its writer asked for it in colour", () => {
    const all = [
      text("$a", "@ann"),
      sign("$b", "@bo", "$a", "👍"),
      sign("$c", "@ann", "$a", "👍\uFE0F"),
      sign("$d", "@ann", "$a", "👍"),
      sign("$e", "@ann", "$a", "👍🏽"),
      sign("$f", "@bo", "$a", "\uFE0F"),
    ];
    expect(saidOf(initial(all), "$a", "@ann")?.reactions).toEqual([
      { key: "👍", senders: ["@bo", "@ann"], mine: ["$c", "$d"] },
      { key: "👍🏽", senders: ["@ann"], mine: ["$e"] },
    ]);
  });

  it("has nothing left when it is deleted, and its place is still there", () => {
    const all = [text("$a", "@ann"), sign("$b", "@bo", "$a"), text("$r", "@ann", { redacts: "$a" })];
    all[2] = { ...text("$r", "@ann"), type: "m.room.redaction", redacts: "$a" };
    const timeline = initial(all);
    expect(saidOf(timeline, "$a", "@ann")).toMatchObject({ content: {}, reactions: [], isRemoved: true });
    expect(rowsOf(timeline, { me: "@ann", readUpTo: null }).map(({ kind }) => kind)).toEqual(["day", "said"]);
  });
});

describe("the lines of a conversation", () => {
  it("begin each day with its date, and each has a name of its own", () => {
    fc.assert(
      fc.property(facts, (all) => {
        const rows = rowsOf(initial(all), { me: "@ann:here", readUpTo: null });
        expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
        if (rows.length > 0) expect(rows[0]?.kind).toBe("day");
        for (const [index, row] of rows.entries())
          if (row.kind === "day") expect(rows[index + 1]).toBeDefined();
      }),
    );
  });

  it("have in them what is shown, once and in order, and nothing else", () => {
    fc.assert(
      fc.property(facts, (all) => {
        const timeline = initial(all);
        const rows = rowsOf(timeline, { me: "@ann:here", readUpTo: null });
        const ids = rows.flatMap((row) => ("ids" in row ? row.ids : "id" in row ? [row.id] : []));
        expect(ids).toEqual(timeline.order.filter((id) => isShown(timeline, id)));
      }),
    );
  });

  it("are the same whatever is kept of those that were made before", () => {
    const long = fc.array(deed, { minLength: 30, maxLength: 60 }).map(factsOf);
    const step = fc.record({
      what: fc.constantFrom(
        "newer",
        "newer",
        "older",
        "older",
        "pending",
        "key",
        "redaction",
        "redaction",
        "anew",
      ),
      count: fc.integer({ min: 1, max: 6 }),
      of: fc.nat(60),
    });
    const steps = fc.array(step, { minLength: 20, maxLength: 40 });
    fc.assert(
      fc.property(long, steps, fc.integer({ min: 1, max: 4 }), fc.nat(60), (all, what, size, read) => {
        const reading = { me: "@ann:here", readUpTo: `$${read}` };
        let kept: KeptRows | null = null;
        for (const timeline of lived(all, what)) {
          kept = rowsAfter(kept, timeline, reading, size);
          expect(kept.rows).toEqual(rowsOf(timeline, reading));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("keep what nothing has touched", () => {
    const all = Array.from({ length: 1_000 }, (_, n) => `$${n}`).map((id, n) => ({
      ...{ id, key: id, sender: PEOPLE[(n >> 2) % 3] ?? "", at: Date.UTC(2026, 10, 26) + n * 60_000 },
      ...{ type: "m.room.message", content: { msgtype: "m.text", body: id } },
    }));
    const reading = { me: "@ann:here", readUpTo: null };
    const before = rowsAfter(null, initial(all.slice(100, -1)), reading);
    const newer = applySync(before.timeline, { newer: all.slice(-1) });
    const after = rowsAfter(before, newer, reading);
    const older = rowsAfter(after, applySync(newer, { older: all.slice(0, 100) }), reading);
    const isKept = (rows: KeptRows, earlier: KeptRows) => {
      const known = new Set(earlier.rows);
      return rows.rows.filter((row) => known.has(row)).length;
    };
    expect(after.rows.length).toBeGreaterThan(900);
    expect(isKept(after, before)).toBeGreaterThan(700);
    expect(isKept(older, after)).toBeGreaterThan(500);
  });

  it("group what one person says without a pause, from its first to its last", () => {
    fc.assert(
      fc.property(facts, (all) => {
        const timeline = initial(all);
        const rows = rowsOf(timeline, { me: "@ann:here", readUpTo: "$5" });
        for (const [index, row] of rows.entries()) {
          const below = rows[index + 1];
          if (row.kind !== "said") continue;
          const goesOn = below?.kind === "said" && !below.first;
          expect(row.last).toBe(!goesOn);
          if (goesOn && below.kind === "said") {
            expect(timeline.facts.get(row.id)?.sender).toBe(timeline.facts.get(below.id)?.sender);
          }
        }
      }),
    );
  });

  it("mark what is unread once, before a message of somebody else", () => {
    fc.assert(
      fc.property(facts, fc.nat(40), (all, read) => {
        const timeline = initial(all);
        const rows = rowsOf(timeline, { me: "@ann:here", readUpTo: `$${read}` });
        const marks = rows.flatMap((row, index) => (row.kind === "unread" ? [index] : []));
        expect(marks.length).toBeLessThanOrEqual(1);
        for (const index of marks) {
          const next = rows[index + 1];
          expect(next?.kind).toBe("said");
          if (next?.kind === "said") expect(timeline.facts.get(next.id)?.sender).not.toBe("@ann:here");
        }
      }),
    );
  });
});
