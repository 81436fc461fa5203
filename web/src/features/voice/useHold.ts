/** A finger that holds the microphone for as long as it speaks, and slides away to say nothing after all.
 *
 *  A tap, a mouse and a keyboard begin a recording that goes on without being held.
 */
import { type MouseEvent, type PointerEvent, useRef, useState } from "react";
import type { Course } from "./useRecording";

/** Shorter than this is a tap. */
const TAP_MS = 500;
/** Slid away further than this, nothing is sent. */
const AWAY_PX = 90;

export type Hold = "none" | "held" | "away";

export function useHold({ step, begin, finish, discard }: Course) {
  const [hold, setHold] = useState<Hold>("none");
  const finger = useRef<{ id: number; x: number; y: number; at: number; isAway: boolean } | null>(null);
  const wasFinger = useRef(false);

  function onPointerDown(event: PointerEvent<HTMLButtonElement>): void {
    wasFinger.current = event.pointerType !== "mouse";
    if (!wasFinger.current || !event.isPrimary) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { pointerId: id, clientX: x, clientY: y } = event;
    finger.current = { id, x, y, at: performance.now(), isAway: false };
    setHold("held");
    begin();
  }

  function onPointerMove(event: PointerEvent): void {
    const down = finger.current;
    if (down === null || down.id !== event.pointerId) return;
    down.isAway = Math.hypot(event.clientX - down.x, event.clientY - down.y) > AWAY_PX;
    setHold(down.isAway ? "away" : "held");
  }

  function release(isBroken: boolean): void {
    const down = finger.current;
    if (down === null) return;
    finger.current = null;
    setHold("none");
    const isTap = !isBroken && performance.now() - down.at < TAP_MS;
    if (down.isAway) discard();
    else if (isTap) return;
    // The device took the finger away, for a question or a call: what was said is kept, to be listened to.
    else if (step.at === "recording") finish(!isBroken);
    // So is what has ended by itself meanwhile: the microphone was taken away, or it was the longest.
    else if (step.at === "asking") discard();
  }

  function onClick(event: MouseEvent): void {
    // Behind a finger's own events comes a click. One from the keyboard, or from a screen reader, has no finger.
    const isFingers = wasFinger.current && event.detail > 0;
    wasFinger.current = false;
    if (!isFingers) begin();
  }

  const handlers = {
    onPointerDown,
    onPointerMove,
    onPointerUp: () => release(false),
    onPointerCancel: () => release(true),
    onClick,
    onContextMenu: (event: MouseEvent) => event.preventDefault(),
  };
  return { hold, handlers };
}
