import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Appeal, Decision, Measure, MeasureState } from "../protocol/conduct";
import { decisionWith } from "./decision.fixture";
import {
  appealPossible,
  capabilityParts,
  isInForce,
  isPaused,
  nextChange,
  parted,
  stateOf,
  takenBy,
  timeLeft,
  wordingOf,
} from "./standing";

const HOUR = 3_600_000;

function measure(state: MeasureState, ends_at = 2 * HOUR): Measure {
  return { type: "feature", capabilities: ["feed.like"], state, starts_at: 0, ends_at };
}

function appeal(outcome: Appeal["outcome"], due_at = HOUR): Appeal {
  return { id: "a_1", text: "", submitted_at: 0, due_at, outcome, reasons: "", decided_at: null };
}

function decision(measures: Measure[], appeals: Appeal[] = []): Decision {
  return decisionWith({ measures, appeals, appeal_until: 10 * HOUR });
}

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

describe("the clock", () => {
  it("is looked at again at the next end or due time, and never in the past", () => {
    const decisions = [decision([measure("active", 5 * HOUR)], [appeal(null, 3 * HOUR)])];
    expect(nextChange(decisions, HOUR)).toBe(3 * HOUR);
    expect(nextChange(decisions, 3 * HOUR)).toBe(5 * HOUR);
    expect(nextChange(decisions, 5 * HOUR)).toBeNull();
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
});
