/** What is meant when somebody pastes both words and files. Pure. */

/** Say whether it is the words: those of a word processor come with a picture of themselves. A file that was copied in a window of files comes
 *  with its name, or with the path to it.
 */
export function isPastedWords(
  types: readonly string[],
  text: string,
  files: readonly { readonly name: string }[],
): boolean {
  if (types.includes("text/rtf")) return true;
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return !lines.every((line) => files.some(({ name }) => isNameOf(line.trim(), name)));
}

function isNameOf(line: string, name: string): boolean {
  return [name, encodeURIComponent(name)].some((one) => line === one || line.endsWith(`/${one}`));
}
