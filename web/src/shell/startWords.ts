/** Why the app could not start, in words that say what to do. */
import type { TFunction } from "i18next";
import { isRefused, isUnreachable, wordsFor } from "./words";

/** Return the words for what kept a client from starting. What the server did not say is the device's own trouble. */
export function startWords(error: unknown, t: TFunction): string {
  if (isUnreachable(error) || isRefused(error)) return wordsFor(error, t);
  return t(isFull(error) ? "start.full" : "start.broken");
}

/** The browser says it by the error's name; what the crypto's store passes on has it in its words. */
function isFull(error: unknown): boolean {
  return error instanceof Error && `${error.name} ${error.message}`.includes("QuotaExceeded");
}
