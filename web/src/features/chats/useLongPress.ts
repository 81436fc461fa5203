import { type HTMLAttributes, type PointerEvent, useRef } from "react";

const LONG_MS = 450;
const SLACK_PX = 10;

/** A finger that rests, or the other mouse button. A mouse may rest: it selects text. */
export function useLongPress(onLongPress: () => void): HTMLAttributes<HTMLElement> {
  const press = useRef({ timer: 0, x: 0, y: 0, isTouch: false });

  function stop(): void {
    window.clearTimeout(press.current.timer);
  }

  return {
    onPointerDown(event: PointerEvent) {
      stop();
      press.current = {
        timer: 0,
        x: event.clientX,
        y: event.clientY,
        isTouch: event.pointerType !== "mouse",
      };
      if (!press.current.isTouch) return;
      press.current.timer = window.setTimeout(onLongPress, LONG_MS);
    },
    onPointerMove(event: PointerEvent) {
      const { x, y } = press.current;
      if (Math.hypot(event.clientX - x, event.clientY - y) > SLACK_PX) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onContextMenu(event) {
      if (event.target instanceof HTMLAnchorElement) return;
      event.preventDefault();
      // A finger has opened it already.
      if (!press.current.isTouch) onLongPress();
    },
  };
}
