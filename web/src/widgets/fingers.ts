/** Fingers, mouse and wheel over a picture: pinch, move, double tap; at full size a swipe turns the page or closes. */
import { type PointerEvent, useRef, type WheelEvent } from "react";
import { between, moved, type Point, type View, WHOLE, zoomed } from "../model/zoom";

interface FingerOptions {
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly onTurn: (by: number) => void;
  readonly onClose: () => void;
}

const FAR = 70;
const TWICE = 2.5;

export function useFingers({ view, onView, onTurn, onClose }: FingerOptions) {
  const down = useRef(new Map<number, Point>());
  const start = useRef<Point | null>(null);

  function fromMiddle(event: { clientX: number; clientY: number; currentTarget: Element }): Point {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.x - box.width / 2, y: event.clientY - box.y - box.height / 2 };
  }

  function end(event: PointerEvent): void {
    down.current.delete(event.pointerId);
    const from = start.current;
    start.current = null;
    if (from === null || view.scale > 1) return;
    const at = fromMiddle(event);
    const [x, y] = [at.x - from.x, at.y - from.y];
    if (Math.abs(x) > FAR && Math.abs(x) > Math.abs(y)) onTurn(x > 0 ? -1 : 1);
    else if (y > FAR) onClose();
  }

  return {
    onPointerDown(event: PointerEvent): void {
      event.currentTarget.setPointerCapture(event.pointerId);
      down.current.set(event.pointerId, fromMiddle(event));
      // A second finger makes it a pinch, and no longer a swipe.
      start.current = down.current.size === 1 ? fromMiddle(event) : null;
    },
    onPointerMove(event: PointerEvent): void {
      const before = down.current.get(event.pointerId);
      if (before === undefined) return;
      const now = fromMiddle(event);
      const frame = event.currentTarget.getBoundingClientRect();
      const other = [...down.current].find(([id]) => id !== event.pointerId)?.[1];
      down.current.set(event.pointerId, now);
      if (other === undefined) {
        if (view.scale > 1) onView(moved(view, { x: now.x - before.x, y: now.y - before.y }, frame));
        return;
      }
      const [was, is] = [between(before, other), between(now, other)];
      if (was.apart > 0) onView(zoomed(view, is.apart / was.apart, is.middle, frame));
    },
    onPointerUp: end,
    onPointerCancel(event: PointerEvent): void {
      down.current.delete(event.pointerId);
      start.current = null;
    },
    onDoubleClick(event: { clientX: number; clientY: number; currentTarget: Element }): void {
      const frame = event.currentTarget.getBoundingClientRect();
      onView(view.scale > 1 ? WHOLE : zoomed(view, TWICE, fromMiddle(event), frame));
    },
    onWheel(event: WheelEvent): void {
      const frame = event.currentTarget.getBoundingClientRect();
      onView(zoomed(view, Math.exp(-event.deltaY / 400), fromMiddle(event), frame));
    },
  };
}
