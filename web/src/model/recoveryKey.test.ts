import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupsOf, groupToAsk, isGroup } from "./recoveryKey";

const KEY = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d";

describe("a recovery key", () => {
  it("asks for a group inside, whatever is drawn", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (draw) => {
        const asked = groupToAsk(KEY, draw);
        expect(asked).toBeGreaterThan(0);
        expect(asked).toBeLessThan(groupsOf(KEY).length - 1);
      }),
    );
  });

  it("takes the group that it asked for, and no other", () => {
    expect(isGroup(KEY, 2, " PGiF ")).toBe(true);
    expect(isGroup(KEY, 2, "pgif")).toBe(false);
    expect(isGroup(KEY, 2, "wKEA")).toBe(false);
    expect(isGroup(KEY, 2, "")).toBe(false);
  });
});
