import { useCallback, useRef, useState } from "react";

/** Why one cannot go to a message: it is not there any more, or what is older could not be had. */
export type Missing = "gone" | "away";

/** Go to a message, once it is loaded. */
export function useGoal(
  loadUpTo: (id: string) => Promise<boolean | null>,
  first: string | null,
  onMissing: (why: Missing | null) => void,
) {
  const [goal, setGoal] = useState<{ id: string; at: number } | null>(null);
  const jumpTo = useCallback(
    (id: string) => {
      loadUpTo(id)
        .then((isThere) => {
          onMissing(isThere === null ? "away" : isThere ? null : "gone");
          if (isThere === true) setGoal((before) => ({ id, at: (before?.at ?? 0) + 1 }));
        })
        .catch(() => onMissing("away"));
    },
    [loadUpTo, onMissing],
  );
  const asked = useRef<string | null>(null);
  if (first !== null && asked.current !== first) {
    asked.current = first;
    queueMicrotask(() => jumpTo(first));
  }
  return { goal, jumpTo };
}
