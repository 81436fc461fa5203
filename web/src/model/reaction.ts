/** The signs that people put to a message. Pure. spec: client-server-api#mreaction */

/** Asks for the sign before it in colour. Emoji keyboards add it to some signs or to none: it is the same sign. */
const IN_COLOUR = "\uFE0F";

/** Put with one press; each as the list of all has it. */
export const QUICK = [`👍${IN_COLOUR}`, `❤${IN_COLOUR}`, "😂", "😮", "😢", "🙏"];

/** Return what two signs have in common when they are the same. */
export function bareSign(key: string): string {
  return key.replaceAll(IN_COLOUR, "");
}
