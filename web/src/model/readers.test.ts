import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byTime, firstAfter, lastRead } from "./readers";
import { type Fact, initial } from "./timeline";

const fact = (id: string, more: Partial<Fact> = {}): Fact => ({
  ...{ id, key: id, sender: "@me:here", at: 0, type: "m.room.message", content: {} },
  ...more,
});
const isMessage = (type: string) => type === "m.room.message";

describe("who has read", () => {
  it("has done so by the first receipt after the message", () => {
    expect(firstAfter([5, undefined, 9, 3], 4)).toBe(5);
    expect(firstAfter([3, Number.NaN, undefined], 4)).toBeNull();
  });

  it("stands in the order of time", () => {
    const reader = fc.record({ userId: fc.string(), at: fc.option(fc.nat()) });
    fc.assert(
      fc.property(fc.array(reader), (readers) => {
        const times = byTime(readers).map(({ at }) => at ?? Number.POSITIVE_INFINITY);
        expect(times).toEqual([...times].sort((a, b) => (a === b ? 0 : a - b)));
        expect(times).toHaveLength(readers.length);
      }),
    );
  });

  it("is said under the newest message of mine that somebody has read", () => {
    const timeline = initial([
      fact("$1"),
      fact("$2"),
      fact("$theirs", { sender: "@bo:here" }),
      fact("$gone", { isRemoved: true }),
      fact("$edit", { about: { kind: "edit", id: "$2" } }),
      fact("$new"),
      fact("$pending", { sending: "sending" }),
    ]);
    expect(lastRead(timeline, "@me:here", isMessage, (id) => id !== "$new")).toBe("$2");
    expect(lastRead(timeline, "@me:here", isMessage, () => false)).toBeNull();
  });
});
