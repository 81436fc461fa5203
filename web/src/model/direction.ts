/** Which way a text is written. Pure. */

const LETTER = /\p{L}/u;
/** Hebrew, Arabic and those beside them: what Unicode sets aside for scripts that go from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Say whether a text begins with a letter that is written from right to left; signs and digits before it do not count. */
export function isRightToLeft(text: unknown): boolean {
  return typeof text === "string" && RIGHT_TO_LEFT.test(LETTER.exec(text)?.[0] ?? "");
}
