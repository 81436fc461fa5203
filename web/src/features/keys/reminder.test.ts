import { describe, expect, it } from "vitest";
import { quietUntil } from "./reminder";

const DAY_MS = 86_400_000;

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
});
