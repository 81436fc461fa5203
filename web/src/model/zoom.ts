/** A picture under fingers: how large it is shown and where. Pure. */

export interface View {
  /** 1: it fills the frame. */
  readonly scale: number;
  /** How far its middle is from the frame's, in pixels. */
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Width and height of the frame; the picture at scale 1 has them too. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

export const WHOLE: View = { scale: 1, x: 0, y: 0 };
export const SCALE_MAX = 5;

/** Return the view after zooming by `factor` with the point `at` (from the frame's middle) staying where it is. */
export function zoomed(view: View, factor: number, at: Point, frame: Frame): View {
  const scale = Math.min(SCALE_MAX, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return inside({ scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio }, frame);
}

export function moved(view: View, by: Point, frame: Frame): View {
  return inside({ ...view, x: view.x + by.x, y: view.y + by.y }, frame);
}

/** Keep the picture over the frame: no edge of it comes into sight. */
function inside(view: View, frame: Frame): View {
  const spare = { x: ((view.scale - 1) * frame.width) / 2, y: ((view.scale - 1) * frame.height) / 2 };
  return { scale: view.scale, x: within(view.x, spare.x), y: within(view.y, spare.y) };
}

function within(value: number, limit: number): number {
  // Never -0: a view that came back is the view it was.
  return Math.min(limit, Math.max(-limit, value)) + 0;
}

/** Return how far two fingers are apart, and the point between them. */
export function between(a: Point, b: Point): { readonly apart: number; readonly middle: Point } {
  return { apart: Math.hypot(a.x - b.x, a.y - b.y), middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } };
}
