import fc from "fast-check";
import { expect, it } from "vitest";
import { rowsOfGallery } from "./gallery";
import type { Said } from "./said";

const said = (at: number, index: number) => ({ id: `$${index}`, key: `$${index}`, at }) as Said;

it("shows everything once, the newest first, in full rows by month", () => {
  const times = fc.array(fc.integer({ min: 0, max: 2_000_000_000_000 }), { maxLength: 60 });
  fc.assert(
    fc.property(times, fc.integer({ min: 1, max: 4 }), (unordered, perRow) => {
      const all = [...unordered].sort((a, b) => a - b).map(said);
      const rows = rowsOfGallery(all, perRow);
      const shown = rows.flatMap((row) => (row.kind === "row" ? row.said : []));
      expect(shown).toEqual(all.toReversed());
      let month = "";
      for (const row of rows) {
        if (row.kind === "month") month = new Date(row.at).toDateString().slice(4, 7);
        else for (const one of row.said) expect(new Date(one.at).toDateString().slice(4, 7)).toBe(month);
      }
      expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    }),
  );
});
