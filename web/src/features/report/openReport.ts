/** Report something from anywhere: `openReport({ kind: "message", roomId, eventId })`. The sheet is always there (`ReportSheet`). */
import { useSyncExternalStore } from "react";

export type Subject =
  | { readonly kind: "message"; readonly roomId: string; readonly eventId: string }
  | { readonly kind: "person"; readonly userId: string }
  | { readonly kind: "room"; readonly roomId: string };

let open: Subject | null = null;
const watching = new Set<() => void>();

/** Begin to report something. Null: close the sheet. */
export function openReport(subject: Subject | null): void {
  open = subject;
  for (const changed of watching) changed();
}

export function useOpenReport(): Subject | null {
  return useSyncExternalStore(
    (changed) => {
      watching.add(changed);
      return () => watching.delete(changed);
    },
    () => open,
  );
}
