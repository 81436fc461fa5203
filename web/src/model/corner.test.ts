import { describe, expect, it } from "vitest";
import { cornerAfter, cornerAt } from "./corner";

describe("something small in a corner", () => {
  it.each([
    ["bottom-right", "ArrowUp", "top-right"],
    ["bottom-right", "ArrowLeft", "bottom-left"],
    ["top-left", "ArrowLeft", "top-left"],
    ["top-left", "ArrowDown", "bottom-left"],
    ["top-left", "Enter", null],
  ] as const)("in %s goes with %s", (from, key, to) => {
    expect(cornerAfter(from, key)).toBe(to);
  });

  it("lies where it is let go", () => {
    expect(cornerAt(0.1, 0.9)).toBe("bottom-left");
    expect(cornerAt(0.7, 0.2)).toBe("top-right");
  });
});
