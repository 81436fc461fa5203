import { useSyncExternalStore } from "react";

const WIDE = "(min-width: 700px) and (min-aspect-ratio: 1/1)";

/** Say whether there is more room beside things than below them. */
export function useIsWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(WIDE);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => matchMedia(WIDE).matches,
  );
}
