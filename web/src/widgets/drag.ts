/** A finger that pulls something: how far it is now, and what happens when it lets go. */
import { type PointerEvent as Pressed, useEffect, useRef, useState } from "react";

interface DragOptions {
  /** Only this direction counts; the page scrolls in the other. */
  readonly axis: "x" | "y";
  /** Return how far the thing itself goes for how far the finger went. */
  readonly along: (moved: number) => number;
  readonly onEnd: (offset: number) => void;
}

/** What moves less than this is a tap. */
const SLACK = 8;

export function useDrag(options: DragOptions) {
  const [offset, setOffset] = useState(0);
  const newest = useRef(options);
  newest.current = options;
  const stop = useRef<(() => void) | null>(null);
  useEffect(() => () => stop.current?.(), []);

  function onPointerDown(down: Pressed): void {
    if (!down.isPrimary) return;
    let isPulled = false;
    let reached = 0;

    function move(event: PointerEvent): void {
      if (event.pointerId !== down.pointerId) return;
      const { axis, along } = newest.current;
      const x = event.clientX - down.clientX;
      const y = event.clientY - down.clientY;
      const [moved, across] = axis === "x" ? [x, y] : [y, x];
      if (!isPulled && (Math.abs(moved) < SLACK || Math.abs(across) > Math.abs(moved))) return;
      isPulled = true;
      reached = along(moved);
      setOffset(reached);
    }

    function end(): void {
      stop.current?.();
      setOffset(0);
      if (isPulled) newest.current.onEnd(reached);
    }

    // A quick mouse leaves what it pulls: listen everywhere until it lets go.
    stop.current?.();
    stop.current = () => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  }

  return { offset, handlers: { onPointerDown } };
}
