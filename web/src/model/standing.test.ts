import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Appeal, Decision, Measure, MeasureState } from "../protocol/conduct";
import { decisionWith, measureWith } from "./decision.fixture";
import {
  appealPossible,
  besides,
  capabilityParts,
  endOf,
  endsTogether,
  heardOf,
  isInForce,
  isPaused,
  lateOf,
  linesOf,
  nextChange,
  overdueOf,
  parted,
  stateOf,
  takenBy,
  timeLeft,
  wordingOf,
} from "./standing";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function measure(state: MeasureState, ends_at = 2 * HOUR): Measure {
  return measureWith({ state, ends_at });
}

function appeal(outcome: Appeal["outcome"], due_at = HOUR): Appeal {
  return { id: "a_1", text: "", submitted_at: 0, due_at, outcome, reasons: "", decided_at: null };
}

function decision(measures: Measure[], appeals: Appeal[] = []): Decision {
  return decisionWith({ measures, appeals, appeal_until: 10 * HOUR });
}

describe("a block", () => {
  const panel = { until: 7 * DAY, heard_at: null, confirmed: null, unconfirmed_ends_at: 30 * DAY };
  const block = (part: Partial<Measure> = {}) =>
    measureWith({ type: "block", ends_at: 365 * DAY, panel, ...part });

  it("waits for three people, until they have spoken or their time is over", () => {
    expect(heardOf(block(), 7 * DAY - 1)).toBe("waits");
    expect(heardOf(block(), 7 * DAY)).toBe("missed");
    const heard = (confirmed: boolean) => block({ panel: { ...panel, heard_at: DAY, confirmed } });
    expect(heardOf(heard(true), 2 * DAY)).toBe("confirmed");
    expect(heardOf(heard(false), 90 * DAY)).toBe("refused");
  });

  it("needs nobody any more where it was over before, and nothing else ever does", () => {
    expect(heardOf(block({ ends_at: DAY }), DAY - 1)).toBe("waits");
    expect(heardOf(block({ ends_at: DAY }), 90 * DAY)).toBeNull();
    expect(heardOf(measureWith({ type: "suspension" }), 0)).toBeNull();
  });

  it("is looked at again when the time of the three is over", () => {
    const moments = [block({ starts_at: 0 })];
    expect(nextChange([decision(moments)], 1)).toBe(7 * DAY);
  });
});

describe("a decision", () => {
  it("is in force while any of its measures is", () => {
    const running = decision([measure("expired"), measure("active")]);
    const over = decision([measure("expired"), measure("overturned")]);
    const coming = decision([measure("scheduled")]);
    expect([running, over, coming].map(isInForce)).toEqual([true, false, true]);
    expect([running, over, coming].map(stateOf)).toEqual(["active", "overturned", "scheduled"]);
  });

  it("that is paused has not ended: an answer may still let it go on", () => {
    const over = decision([measure("expired")]);
    const paused = decision([measure("stayed"), measure("expired")]);
    expect(parted([over, paused])).toEqual({ now: [paused], past: [over] });
    expect([over, paused].map(isPaused)).toEqual([false, true]);
    expect(isInForce(paused)).toBe(false);
    expect(isPaused(decision([measure("stayed"), measure("active")]))).toBe(false);
  });

  it.each([
    ["that nobody appealed", [], 0, "first"],
    ["whose appeal waits", [appeal(null)], 0, "no"],
    ["that was upheld", [appeal("upheld")], 0, "further"],
    ["that five appeals were about", Array.from({ length: 5 }, () => appeal("upheld")), 0, "no"],
    ["that is too old", [], 10 * HOUR, "no"],
  ] as const)("%s", (_name, appeals, now, possible) => {
    expect(appealPossible(decision([measure("active")], [...appeals]), now)).toBe(possible);
  });

  it("that was cancelled needs no appeal", () => {
    expect(appealPossible(decision([measure("overturned")]), 0)).toBe("no");
  });
});

describe("the end of a decision", () => {
  const warning = measureWith({ type: "warning", capabilities: [], ends_at: 90 * DAY });

  it("is that of what is in force or to come; when nothing is, of all of it", () => {
    const day = measure("active", DAY);
    expect(endOf(decision([day, { ...warning, state: "lifted" }]))).toBe(DAY);
    expect(endOf(decision([day, { ...warning, state: "scheduled" }]))).toBe(90 * DAY);
    expect(endOf(decision([measure("expired", DAY), { ...warning, state: "lapsed" }]))).toBe(90 * DAY);
  });

  it("is not that of each part, unless all of them end together", () => {
    expect(endsTogether(decision([measure("active", DAY), warning]))).toBe(false);
    expect(endsTogether(decision([measure("expired", DAY), warning]))).toBe(true);
    const parted = measureWith({ remaining: { "feed.like": HOUR, "feed.reply": DAY }, ends_at: DAY });
    expect(endsTogether(decision([parted]))).toBe(false);
  });
});

describe("what a measure takes", () => {
  const capabilities = ["feed.like", "feed.post", "feed.reply"];

  it("is told by its own end", () => {
    expect(linesOf(measureWith({ capabilities, ends_at: DAY }))).toEqual([
      { capabilities, endsAt: DAY, isWhole: true },
    ]);
    const warning = measureWith({ type: "warning", capabilities: [], ends_at: DAY });
    expect(linesOf(warning)).toEqual([{ capabilities: [], endsAt: DAY, isWhole: true }]);
  });

  it("is told without what was given back, and apart where it ends apart", () => {
    const reduced = measureWith({
      capabilities,
      remaining: { "feed.post": DAY, "feed.reply": HOUR },
      ends_at: DAY,
    });
    expect(linesOf(reduced)).toEqual([
      { capabilities: ["feed.reply"], endsAt: HOUR, isWhole: false },
      { capabilities: ["feed.post"], endsAt: DAY, isWhole: false },
    ]);
  });

  it("is told whole when it is over", () => {
    const over = measureWith({ capabilities, remaining: {}, state: "expired", ends_at: DAY });
    expect(linesOf(over)).toEqual([{ capabilities, endsAt: DAY, isWhole: true }]);
  });
});

describe("an appeal that nobody answers in time", () => {
  const severe = (of: Decision) => ({ ...of, severe: true });
  const of = (...measures: Partial<Measure>[]) => decision(measures.map((one) => measureWith(one)));
  const year = { type: "block", ends_at: 365 * DAY } as const;

  it.each([
    ["a feature", of({ ends_at: DAY }), HOUR, "pauses"],
    ["a severe feature", severe(of({ ends_at: DAY })), HOUR, "pauses"],
    ["a warning", of({ type: "warning", ends_at: DAY }), HOUR, "ends"],
    ["a suspension", of({ type: "suspension", ends_at: DAY }), HOUR, "pauses"],
    ["a severe suspension", severe(of({ type: "suspension", ends_at: DAY })), HOUR, "runs"],
    ["a block", of(year), 7 * DAY, "shrinks"],
    ["a severe block", severe(of(year)), 7 * DAY, "shrinks_runs"],
    ["a block that is older than what would be left of it", of(year), 31 * DAY, "ends"],
    ["a severe one, too", severe(of(year)), 31 * DAY, "ends"],
    ["what is over by then", of({ ends_at: HOUR }), HOUR, null],
    [
      "a feature that is over, beside a warning",
      of({ ends_at: HOUR }, { type: "warning", ends_at: DAY }),
      HOUR,
      "ends",
    ],
    ["what is over already", of({ state: "expired" }, { type: "warning", ends_at: DAY }), HOUR, "ends"],
  ] as const)("and %s", (_name, decision, due, what) => {
    expect(overdueOf(decision, appeal(null, due))).toBe(what);
  });

  it.each([
    ["nothing yet, before it is due", of({}), HOUR - 1, null],
    ["a pause", of({ state: "stayed" }, { state: "lapsed" }), HOUR, "stayed"],
    ["a pause, by the server's clock", of({ state: "stayed" }), HOUR - 1, "stayed"],
    ["an end", of({ state: "lapsed" }), HOUR, "over"],
    ["nothing, for a severe matter", severe(of({ type: "suspension" })), HOUR, "runs"],
    ["what is not known yet, while the server was not asked again", of({}), HOUR, "late"],
  ] as const)("has brought %s", (_name, decision, now, what) => {
    expect(lateOf(decision, appeal(null, HOUR), now)).toBe(what);
  });
});

describe("the clock", () => {
  it("is looked at again at the next end or due time, and never in the past", () => {
    const decisions = [decision([measure("active", 5 * HOUR)], [appeal(null, 3 * HOUR)])];
    expect(nextChange(decisions, HOUR)).toBe(3 * HOUR);
    expect(nextChange(decisions, 3 * HOUR)).toBe(5 * HOUR);
    expect(nextChange(decisions, 5 * HOUR)).toBeNull();
  });

  it("is looked at again when one capability of several comes back", () => {
    const remaining = { "feed.like": HOUR, "feed.reply": 3 * HOUR };
    const parted = decision([measureWith({ remaining, ends_at: 3 * HOUR })]);
    expect(nextChange([parted], 0)).toBe(HOUR);
  });

  it("never promises more time in hours or days than there is", () => {
    fc.assert(
      fc.property(fc.nat(1e10), fc.nat(1e10), (until, now) => {
        const { unit, count } = timeLeft(until, now);
        const length = { day: 24 * HOUR, hour: HOUR, minute: HOUR / 60 }[unit];
        const left = Math.max(0, until - now);
        expect(count * length).toBeLessThanOrEqual(unit === "minute" ? left + length : left);
        expect(count).toBeLessThanOrEqual(unit === "minute" ? 120 : Number.POSITIVE_INFINITY);
      }),
    );
  });
});

describe("words", () => {
  const clause = {
    id: "R1",
    kind: "rule",
    category: "",
    wording: { en: { title: "Floods", text: "" }, zh: { title: "刷屏", text: "" } },
  } as const;

  it.each([
    ["zh-CN", "刷屏"],
    ["zh", "刷屏"],
    ["de", "Floods"],
  ])("of a rule in %s", (language, title) => {
    expect(wordingOf(clause, language).title).toBe(title);
  });

  it("of a capability may name a person", () => {
    expect(capabilityParts("feed.like")).toEqual({ name: "feed.like", person: null });
    expect(capabilityParts("mention:@lin:x.org")).toEqual({ name: "mention", person: "@lin:x.org" });
  });
});

describe("what a decision takes", () => {
  const taking = decision([measure("active", HOUR)]);
  const longer = { ...decision([measure("active", 3 * HOUR)]), id: "d_2" };

  it("is told of by the decision that lasts longest", () => {
    const standing = { restricted: ["feed.like"], decisions: [taking, longer] };
    expect(takenBy(standing, "feed.like")).toEqual({ decision: longer, endsAt: 3 * HOUR });
  });

  it("is only what the server says is taken now", () => {
    expect(takenBy({ restricted: [], decisions: [taking] }, "feed.like")).toBeNull();
    expect(takenBy({ restricted: ["feed.like"], decisions: [taking] }, "feed.reply")).toBeNull();
    const over = decision([measure("expired")]);
    expect(takenBy({ restricted: ["feed.like"], decisions: [over] }, "feed.like")).toBeNull();
  });

  it("is no longer what a ruling gave back, and ends when it ends, not with the rest", () => {
    const capabilities = ["feed.like", "feed.post", "feed.reply"];
    const remaining = { "feed.post": HOUR, "feed.reply": 9 * HOUR };
    const reduced = decision([measureWith({ capabilities, remaining, ends_at: 9 * HOUR })]);
    const standing = { restricted: ["feed.like", "feed.post"], decisions: [reduced] };
    expect(takenBy(standing, "feed.post")?.endsAt).toBe(HOUR);
    expect(takenBy(standing, "feed.like")).toBeNull();
    const other = { ...taking, id: "d_2" };
    expect(takenBy({ ...standing, decisions: [reduced, other] }, "feed.like")?.decision).toBe(other);
  });

  it.each([
    ["nothing else", ["feed.like"], [taking], "nothing"],
    ["another decision about the same", ["feed.like"], [taking, { ...longer, id: "d_2" }], "others"],
    ["what is not known yet", [], [], null],
  ] as const)("stands beside %s", (_name, restricted, decisions, what) => {
    const standing = { restricted: [...restricted], decisions: [...decisions] };
    expect(besides(standing, { capability: "feed.like", decision: "d_1" })).toBe(what);
  });

  it("stands beside more of the same decision, or of others", () => {
    const refusal = { capability: "feed.like", decision: "d_1" };
    const two = ["feed.like", "feed.reply"];
    const both = decision([measureWith({ capabilities: two, ends_at: HOUR })]);
    expect(besides({ restricted: two, decisions: [both] }, refusal)).toBe("same");
    const reply = measureWith({ capabilities: ["feed.reply"], ends_at: HOUR });
    const other = { ...decision([reply]), id: "d_2" };
    expect(besides({ restricted: two, decisions: [taking, other] }, refusal)).toBe("others");
    expect(besides({ restricted: two, decisions: [both, other] }, refusal)).toBe("others");
    const given = measureWith({ capabilities: two, remaining: { "feed.like": HOUR }, ends_at: HOUR });
    const reduced = decision([given]);
    expect(besides({ restricted: ["feed.like"], decisions: [reduced] }, refusal)).toBe("nothing");
  });
});
