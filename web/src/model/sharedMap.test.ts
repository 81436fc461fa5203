import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SharedMap } from "./sharedMap";

const entries = fc.array(fc.tuple(fc.constantFrom(..."abcdefgh"), fc.integer()), { maxLength: 6 });

describe("a map that shares what it has", () => {
  it("has what a copy would have, and leaves the one before as it was", () => {
    fc.assert(
      fc.property(fc.array(entries), fc.nat(6), (all, recentMax) => {
        let plain = new Map<string, number>();
        let shared = SharedMap.empty<number>(recentMax);
        for (const some of all) {
          const before = shared;
          shared = shared.with(new Map(some));
          expect(new Map(before.entries())).toEqual(plain);
          plain = new Map([...plain, ...some]);
          expect([...shared.entries()]).toHaveLength(plain.size);
          for (const key of "abcdefghi") {
            expect(shared.get(key)).toBe(plain.get(key));
            expect(shared.has(key)).toBe(plain.has(key));
          }
        }
      }),
    );
  });

  it("tells what is different in another one, or that it cannot tell", () => {
    fc.assert(
      fc.property(entries, entries, entries, fc.nat(12), (common, one, other, recentMax) => {
        const first = SharedMap.empty<number>(recentMax).with(new Map(common));
        const [a, b] = [first.with(new Map(one)), first.with(new Map(other))];
        const keys = [..."abcdefgh"].filter((key) => a.get(key) !== b.get(key));
        const told = a.differencesFrom(b);
        if (told !== null) expect([...told].sort()).toEqual(keys);
        if (recentMax === 12 && common.length + one.length + other.length <= 12) expect(told).not.toBeNull();
      }),
    );
  });
});
