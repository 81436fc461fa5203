/** Whether there is room for a list and what is open from it, side by side. */
import { useSyncExternalStore } from "react";

const wide = window.matchMedia("(min-width: 900px)");

function subscribe(changed: () => void): () => void {
  wide.addEventListener("change", changed);
  return () => wide.removeEventListener("change", changed);
}

export function useIsWide(): boolean {
  return useSyncExternalStore(subscribe, () => wide.matches);
}
