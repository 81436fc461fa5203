import data from "emojibase-data/en/data.json" with { type: "json" };
import { expect, it } from "vitest";
import { QUICK } from "./reaction";

it("is put at once as it is put from the list of all", () => {
  const listed = new Set(data.map(({ emoji }) => emoji));
  expect(QUICK.filter((sign) => !listed.has(sign))).toEqual([]);
});
