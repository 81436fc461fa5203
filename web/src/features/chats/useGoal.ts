import { useCallback, useRef, useState } from "react";

/** Go to a message, once it is loaded. */
export function useGoal(
  loadUpTo: (id: string) => Promise<boolean>,
  first: string | null,
  onMissing: (isMissing: boolean) => void,
) {
  const [goal, setGoal] = useState<{ id: string; at: number } | null>(null);
  const jumpTo = useCallback(
    (id: string) => {
      loadUpTo(id)
        .then((isThere) => {
          onMissing(!isThere);
          if (isThere) setGoal((before) => ({ id, at: (before?.at ?? 0) + 1 }));
        })
        .catch(() => onMissing(true));
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
