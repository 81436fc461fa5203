/** What was refused by a decision last, for the one sheet that says so (`features/standing/RefusalSheet`). */
import { type Refusal, refusalOf } from "../protocol/refusal";
import { newBoard } from "./board";

export const { put: showRefusal, get: shownRefusal, use: useRefusal } = newBoard<Refusal | null>(null);

/** Say whether an error was a refusal by a decision; if so, it is being explained, and there is nothing left to say. */
export function tellRefusal(error: unknown): boolean {
  const refusal = refusalOf(error);
  if (refusal !== null) showRefusal(refusal);
  return refusal !== null;
}
