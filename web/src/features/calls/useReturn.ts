import { useEffect, useRef } from "react";

/** Bring the keyboard back, when a call is over, to where it was before: or, where that is gone, to the head of the page. */
export function useReturn(isCalling: boolean): void {
  const before = useRef<Element | null>(null);
  // Before the call takes the focus to itself.
  if (isCalling) before.current ??= document.activeElement;
  useEffect(() => {
    const from = before.current;
    if (isCalling || from === null) return;
    before.current = null;
    // What closes gives the focus back first, and often to what has closed before it.
    const frame = requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body || from === document.body) return;
        const to = from.isConnected ? from : document.querySelector(".app .top button");
        if (to instanceof HTMLElement) to.focus();
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [isCalling]);
}
