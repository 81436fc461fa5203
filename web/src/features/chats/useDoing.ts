import { useRef, useState } from "react";
import type { Doing } from "./Composer";

/** What is being done with the next text. Another wording that is half written is not given up for something else without being asked about:
 *  unlike a draft, it is kept nowhere.
 */
export function useDoing() {
  const [doing, setDoing] = useState<Doing>(null);
  /** What is to be done instead, if the other wording is given up for it. */
  const [wanted, setWanted] = useState<Doing>(null);
  const [focusAt, setFocusAt] = useState(0);
  const isHalfWritten = useRef(false);

  const focus = () => setFocusAt((at) => at + 1);

  function begin(next: Doing): void {
    setWanted(null);
    setDoing(next);
    focus();
  }

  function write(next: NonNullable<Doing>): void {
    const isSame = doing?.kind === next.kind && doing.said.id === next.said.id;
    if (isHalfWritten.current && !isSame) setWanted(next);
    else begin(next);
  }

  return {
    doing,
    setDoing,
    focusAt,
    focus,
    write,
    onHalfWritten: (is: boolean) => {
      isHalfWritten.current = is;
    },
    isAsked: wanted !== null,
    giveUp: () => begin(wanted),
    goOn: () => begin(doing),
  };
}
