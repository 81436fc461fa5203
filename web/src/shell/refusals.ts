/** What was refused by a decision last, for the one sheet that says so (`features/standing/RefusalSheet`). */
import { useSyncExternalStore } from "react";
import { type Refusal, refusalOf } from "../protocol/refusal";

let shown: Refusal | null = null;
const watching = new Set<() => void>();

export function showRefusal(refusal: Refusal | null): void {
  shown = refusal;
  for (const changed of watching) changed();
}

/** Say whether an error was a refusal by a decision; if so, it is being explained, and there is nothing left to say. */
export function tellRefusal(error: unknown): boolean {
  const refusal = refusalOf(error);
  if (refusal !== null) showRefusal(refusal);
  return refusal !== null;
}

export function useRefusal(): Refusal | null {
  return useSyncExternalStore(
    (changed) => {
      watching.add(changed);
      return () => watching.delete(changed);
    },
    () => shown,
  );
}
