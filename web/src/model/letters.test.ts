import { expect, it } from "vitest";
import { letterAt, spread } from "./letters";

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ#"];

it("draws every letter where there is room for all", () => {
  expect(spread(LETTERS, 27)).toEqual(LETTERS);
  expect(spread(LETTERS, Number.POSITIVE_INFINITY)).toEqual(LETTERS);
  expect(spread([], 0)).toEqual([]);
});

it("draws as many as there is room for, the first and the last among them, in order and none twice", () => {
  for (let count = 2; count < LETTERS.length; count++) {
    const drawn = spread(LETTERS, count);
    expect(drawn).toHaveLength(count);
    expect([drawn[0], drawn.at(-1)]).toEqual(["A", "#"]);
    expect(LETTERS.filter((one) => drawn.includes(one))).toEqual(drawn);
  }
});

it("draws two where there is hardly any room", () => {
  expect(spread(LETTERS, 0)).toEqual(["A", "#"]);
});

it("finds every letter by where the finger is, and the nearest beside the bar", () => {
  const found = LETTERS.map((_, place) => letterAt(LETTERS, (place + 0.5) / LETTERS.length));
  expect(found).toEqual(LETTERS);
  expect([letterAt(LETTERS, -1), letterAt(LETTERS, 2)]).toEqual(["A", "#"]);
  expect(letterAt([], 0.5)).toBeUndefined();
});
