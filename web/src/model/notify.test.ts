import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FRESH_MS, isToBeTold, notifyChoice, QUIET } from "./notify";

const ON = { ...QUIET, isOn: true };
const SAID = { isMine: false, isWanted: true, ageMs: 5, isSeen: false };

describe("a notification", () => {
  it("tells what is new, wanted, by somebody else and not seen", () => {
    expect(isToBeTold(ON, SAID)).toBe(true);
    expect(isToBeTold(QUIET, SAID)).toBe(false);
    expect(isToBeTold(ON, { ...SAID, isMine: true })).toBe(false);
    expect(isToBeTold(ON, { ...SAID, isWanted: false })).toBe(false);
    expect(isToBeTold(ON, { ...SAID, isSeen: true })).toBe(false);
    expect(isToBeTold(ON, { ...SAID, ageMs: FRESH_MS })).toBe(false);
  });

  it("is off until it is asked for, whatever was kept", () => {
    expect(notifyChoice(null)).toEqual(QUIET);
    expect(notifyChoice("{")).toEqual(QUIET);
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (isOn, showsText, hasSound) => {
        const choice = { isOn, showsText, hasSound };
        expect(notifyChoice(JSON.stringify(choice))).toEqual(choice);
      }),
    );
  });
});
