/** Lengths in words. */

const KM_M = 1_000;

/** Return a length as people say it: "40 m", "3.2 km", "310 km". */
export function lengthOf(metres: number, language: string): string {
  const isFar = metres >= KM_M;
  const value = isFar ? metres / KM_M : metres;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: isFar ? "kilometer" : "meter",
    maximumFractionDigits: isFar && value < 10 ? 1 : 0,
  }).format(value);
}
