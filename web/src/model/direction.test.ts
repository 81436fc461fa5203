import { expect, test } from "vitest";
import { isRightToLeft } from "./direction";

test.each([
  ["مرحبا Ann", true],
  ["12:30 — שלום", true],
  ["Ann: مرحبا", false],
  ["你好", false],
  ["😀 12", false],
  ["", false],
  [undefined, false],
  [{ body: "שלום" }, false],
])("%j begins from the right: %s", (text, is) => {
  expect(isRightToLeft(text)).toBe(is);
});
