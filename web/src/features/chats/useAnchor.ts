/** The place in a conversation that one came for: the line above what is new, or a message. */
import { type RefObject, useEffect, useRef } from "react";
import type { VirtualizerHandle } from "virtua";
import type { Row } from "../../model/rows";

/** A place is kept while the lines around it still come and grow; no longer than that. */
const HOLDS_MS = 2_000;

export interface Anchor {
  readonly isIt: (row: Row) => boolean;
  readonly align: "start" | "center";
  /** Pixels below the place that it would have. */
  readonly offset: number;
}

/** Return what keeps a place, until the reader moves.
 *
 *  `begin` goes to a place; `hold` goes there once more, and says whether there is one; `letGo` is for whoever moves. `onEnd` is told
 *  when it is kept no more.
 */
export function useAnchor(
  rows: readonly Row[],
  list: RefObject<VirtualizerHandle | null>,
  onEnd: () => void,
) {
  const anchor = useRef<Anchor | null>(null);
  const moved = useRef(false);
  const timer = useRef(0);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  function hold(): boolean {
    const at = anchor.current;
    const index = at === null ? -1 : rows.findIndex(at.isIt);
    if (at === null || index === -1) return false;
    list.current?.scrollToIndex(index, { align: at.align, offset: at.offset });
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(end, HOLDS_MS);
    return true;
  }

  function begin(at: Anchor): void {
    anchor.current = at;
    hold();
  }

  function end(): void {
    if (anchor.current === null) return;
    window.clearTimeout(timer.current);
    anchor.current = null;
    onEnd();
  }

  function letGo(): void {
    moved.current = true;
    end();
  }

  return { begin, hold, letGo, isHeld: () => anchor.current !== null, hasMoved: () => moved.current };
}
