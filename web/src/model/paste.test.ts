import { expect, it } from "vitest";
import { isPastedWords } from "./paste";

const FILES = [{ name: "年 a.pdf" }, { name: "b.png" }];

it.each([
  ["a picture alone", [], "", false],
  ["files with their names", ["text/plain"], "年 a.pdf\nb.png", false],
  ["a file with the path to it", ["text/plain"], "/home/ann/b.png\n", false],
  ["a file with its address", ["text/plain"], "file:///home/ann/%E5%B9%B4%20a.pdf", false],
  ["words with a picture of themselves", ["text/plain"], "Dear Ann,\nb.png", true],
  ["words of a word processor that are a name", ["text/plain", "text/rtf"], "b.png", true],
] as const)("takes %s for what is meant", (_what, types, text, isWords) => {
  expect(isPastedWords(types, text, FILES)).toBe(isWords);
});
