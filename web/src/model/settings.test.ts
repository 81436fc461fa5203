import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Archive } from "../protocol/archive";
import { done, isUnderWay } from "./archive";
import { type Device, devicesInOrder } from "./devices";
import { privacyFrom } from "./privacy";
import { sizeOf } from "./size";

describe("devices", () => {
  const device = fc.record({
    id: fc.string(),
    name: fc.string(),
    seenAt: fc.option(fc.nat()),
    isVerified: fc.boolean(),
    isThis: fc.constant(false),
  });

  it("begin with the one in hand, then the last seen", () => {
    fc.assert(
      fc.property(fc.array(device), (others) => {
        const here: Device = { id: "here", name: "", seenAt: 1, isVerified: true, isThis: true };
        const [first, ...rest] = devicesInOrder([...others, here]);
        expect(first).toBe(here);
        const seen = rest.map((one) => one.seenAt ?? 0);
        expect(seen).toEqual([...seen].sort((a, b) => b - a));
      }),
    );
  });
});

describe("privacy", () => {
  it("shows what nobody chose to hide, and what is asked for only to who chose it", () => {
    const chosen = { receipts: true, typing: true, presence: false, previews: false, confirmed: false };
    expect(privacyFrom(undefined)).toEqual(chosen);
    expect(privacyFrom({ presence: "yes", previews: "yes", confirmed: "yes" })).toEqual(chosen);
    expect(privacyFrom({ presence: true }).presence).toBe(true);
    expect(privacyFrom({ previews: true }).previews).toBe(true);
    expect(privacyFrom({ confirmed: true }).confirmed).toBe(true);
    expect(privacyFrom({ receipts: false, typing: "no" })).toEqual({
      ...chosen,
      receipts: false,
    });
  });
});

describe("an archive", () => {
  const archive: Archive = { id: "a", state: "building", parts: [] };

  it("never claims more than is done", () => {
    expect(done(archive)).toBeNull();
    const half = { rooms: 1, rooms_total: 2, size_bytes: 0 };
    expect(done({ ...archive, progress: half })).toBe(0.5);
    expect(done({ ...archive, progress: { ...half, rooms: 2 } })).toBe(0.95);
    expect(done({ ...archive, state: "ready" })).toBe(1);
    expect(isUnderWay({ ...archive, state: "expired" })).toBe(false);
  });
});

describe("a size", () => {
  it.each([
    [0, "0 byte"],
    [1500, "1.5 kB"],
    [12_345_678, "12 MB"],
    [3_000_000_000_000, "3,000 GB"],
  ])("of %s bytes is %s", (bytes, said) => {
    expect(sizeOf(bytes, "en")).toBe(said);
  });
});
