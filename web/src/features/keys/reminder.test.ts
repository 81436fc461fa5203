// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { forgetPutOff, isQuiet, putOff, quietUntil } from "./reminder";

const DAY_MS = 86_400_000;
const KEPT = "courtyard.recovery.later";

beforeEach(() => localStorage.clear());

describe("a step that was put off", () => {
  it.each([
    [0, 0],
    [1, DAY_MS],
    [2, 3 * DAY_MS],
    [3, 7 * DAY_MS],
    [9, 7 * DAY_MS],
  ])("for the %s. time is asked about again after %s ms", (times, pause) => {
    expect(quietUntil({ at: 1000, times })).toBe(1000 + pause);
  });

  it("silences no other", () => {
    for (let times = 0; times < 3; times++) putOff("recovery", 1000);
    expect(isQuiet("recovery", 1000 + 6 * DAY_MS)).toBe(true);
    expect(isQuiet("locked", 1000)).toBe(false);
    putOff("locked", 1000);
    expect(isQuiet("locked", 1000 + DAY_MS - 1)).toBe(true);
    expect(isQuiet("locked", 1000 + DAY_MS)).toBe(false);
    expect(isQuiet("missing", 1000)).toBe(false);
  });

  it("is counted from the beginning when it was done once", () => {
    for (let times = 0; times < 3; times++) putOff("recovery", 1000);
    forgetPutOff();
    expect(isQuiet("recovery", 1000)).toBe(false);
    putOff("recovery", 1000);
    expect(isQuiet("recovery", 1000 + DAY_MS)).toBe(false);
  });

  it("is read as it was kept when there was one count for all", () => {
    localStorage.setItem(KEPT, JSON.stringify({ at: 1000, times: 2 }));
    expect(isQuiet("recovery", 1000 + 3 * DAY_MS - 1)).toBe(true);
    expect(isQuiet("locked", 1000)).toBe(false);
    putOff("recovery", 1000);
    expect(isQuiet("recovery", 1000 + 7 * DAY_MS - 1)).toBe(true);
  });

  it.each([
    "",
    "no JSON",
    "null",
    "7",
    '"words"',
    "[]",
    '{"at": "x", "times": {}}',
    '{"recovery": null}',
    '{"locked": 3}',
  ])("is not put off where what is kept is none of ours: %s", (kept) => {
    localStorage.setItem(KEPT, kept);
    for (const todo of ["recovery", "locked", "missing"] as const) expect(isQuiet(todo, 1000)).toBe(false);
    putOff("locked", 1000);
    expect(isQuiet("locked", 1000)).toBe(true);
  });
});
