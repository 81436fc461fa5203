import { useMemo, useState } from "react";
import type { Row } from "../../model/rows";
import { type KeptRows, type Reading, rowsAfter } from "../../model/rowsOf";
import type { Timeline } from "../../model/timeline";

/** Return a conversation's lines; those that nothing has touched are not made anew. */
export function useRows(timeline: Timeline, { me, readUpTo }: Reading): readonly Row[] {
  const [rowsOf] = useState(keeper);
  return useMemo(() => rowsOf(timeline, { me, readUpTo }), [rowsOf, timeline, me, readUpTo]);
}

/** Return `rowsOf` with a memory: what it returns is the same, and costs less. */
function keeper(): (timeline: Timeline, reading: Reading) => readonly Row[] {
  let kept: KeptRows | null = null;
  return (timeline, reading) => {
    kept = rowsAfter(kept, timeline, reading);
    return kept.rows;
  };
}
