/** The pictures or files of a conversation in rows, the newest first, by month. Pure. */
import type { Said } from "./said";

export type GalleryRow =
  | { readonly kind: "month"; readonly key: string; readonly at: number }
  | { readonly kind: "row"; readonly key: string; readonly said: readonly Said[] };

/** Return the rows of what is given, the oldest first. By this device's calendar. */
export function rowsOfGallery(said: readonly Said[], perRow: number): GalleryRow[] {
  const rows: GalleryRow[] = [];
  let month = "";
  let row: Said[] = [];
  for (const one of said.toReversed()) {
    const day = new Date(one.at);
    const own = `${day.getFullYear()}-${day.getMonth()}`;
    if (own !== month) {
      month = own;
      row = [];
      rows.push({ kind: "month", key: `month ${own}`, at: one.at });
    }
    if (row.length === 0 || row.length === perRow) {
      row = [];
      rows.push({ kind: "row", key: one.key, said: row });
    }
    row.push(one);
  }
  return rows;
}
