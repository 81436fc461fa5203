import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { presenceFrom, shownOf } from "./presence";

const MINUTE = 60_000;
const seen = (ago: number) => shownOf({ state: "unavailable", activeAt: 1e12 - ago }, 1e12);

describe("when somebody was here", () => {
  it.each([
    [0, "minute", 1],
    [5.9 * MINUTE, "minute", 5],
    [60 * MINUTE, "hour", 1],
    [47 * 60 * MINUTE, "day", 1],
  ])("%s ms ago", (ago, unit, count) => {
    expect(seen(ago)).toEqual({ kind: "seen", unit, count });
  });

  it("is not told where it is not said, or long ago", () => {
    expect(seen(9 * 24 * 60 * MINUTE)).toBeNull();
    expect(shownOf(null, 5)).toBeNull();
    expect(shownOf(presenceFrom({ presence: "offline" }, 5), 5)).toBeNull();
    expect(shownOf(presenceFrom({ presence: "online" }, 5), 5)).toEqual({ kind: "here" });
    expect(shownOf(presenceFrom({ presence: "online" }, 5), 5, false)).toBeNull();
  });

  it("is never in the future, whatever the server says", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (presence, last_active_ago) => {
        const found = presenceFrom({ presence: JSON.stringify(presence), last_active_ago }, 1e12);
        expect(found.activeAt === null || found.activeAt <= 1e12).toBe(true);
        shownOf(found, 1e12);
      }),
    );
  });
});
