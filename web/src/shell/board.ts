/** Something that any part of the app may put up, and that views look at. */
import { useSyncExternalStore } from "react";

interface Board<T> {
  readonly put: (value: T) => void;
  /** Return what stands there now. */
  readonly get: () => T;
  /** Return what stands there, anew whenever it changes. A hook. */
  readonly use: () => T;
}

export function newBoard<T>(first: T): Board<T> {
  let shown = first;
  const watching = new Set<() => void>();
  const subscribe = (changed: () => void) => {
    watching.add(changed);
    return () => watching.delete(changed);
  };
  return {
    put(value) {
      shown = value;
      for (const changed of watching) changed();
    },
    get: () => shown,
    use: () => useSyncExternalStore(subscribe, () => shown),
  };
}
