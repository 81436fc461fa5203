/** The letters at the edge of a list: which of them are drawn, and which one a finger is at. Pure. */

/** Return as many letters as there is room for, the first and the last one among them, and the others evenly between. */
export function spread(letters: readonly string[], count: number): readonly string[] {
  if (letters.length <= count) return letters;
  const steps = Math.max(count, 2) - 1;
  const places = Array.from({ length: steps + 1 }, (_, step) =>
    Math.round((step * (letters.length - 1)) / steps),
  );
  return letters.filter((_, place) => places.includes(place));
}

/** Return the letter at a share of the way down, from 0 to 1: also one that is not drawn. */
export function letterAt(letters: readonly string[], share: number): string | undefined {
  const place = Math.floor(share * letters.length);
  return letters[Math.min(Math.max(place, 0), letters.length - 1)];
}
