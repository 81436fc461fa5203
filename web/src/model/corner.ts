/** The corner of a screen in which something small lies, and where it goes. Pure. */

export type Corner = "top-left" | "top-right" | "bottom-left" | "bottom-right";

/** Return the corner that an arrow key leads to; null: it is no arrow key. */
export function cornerAfter(corner: Corner, key: string): Corner | null {
  const [row, column] = corner.split("-");
  if (key === "ArrowLeft" || key === "ArrowRight") return `${row}-${key.slice(5).toLowerCase()}` as Corner;
  if (key === "ArrowUp") return `top-${column}` as Corner;
  return key === "ArrowDown" ? (`bottom-${column}` as Corner) : null;
}

/** Return the corner that a place is nearest to. `x`, `y`: from 0 to 1 over the screen. */
export function cornerAt(x: number, y: number): Corner {
  return `${y < 0.5 ? "top" : "bottom"}-${x < 0.5 ? "left" : "right"}`;
}
