import { useMemo } from "react";

interface WaveProps {
  /** From 0 to 1. */
  heights: readonly number[];
  /** How many there is room for: what is missing is drawn as silence before them. */
  places: number;
  /** How much of it has been heard, from 0 to 1. */
  done?: number;
}

/** In units of the picture, which is stretched to its place. */
const STEP = 4;
const HEIGHT = 28;
const LEAST = 1.5;

/** Loudness over time, drawn as strokes. It says nothing to a screen reader: the slider over it does. */
export function Wave({ heights, places, done }: WaveProps) {
  const path = useMemo(() => {
    const before = Array.from({ length: Math.max(0, places - heights.length) }, () => 0);
    return [...before, ...heights]
      .map((height, place) => {
        const half = Math.max(LEAST, (height * (HEIGHT - 3)) / 2);
        const x = place * STEP + STEP / 2;
        return `M${x} ${HEIGHT / 2 - half}V${HEIGHT / 2 + half}`;
      })
      .join("");
  }, [heights, places]);
  const width = Math.max(places, heights.length) * STEP;
  return (
    <svg className="wave" viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} className={done === undefined ? "all" : "all rest"} />
      {done !== undefined && done > 0 && (
        <path d={path} className="all" style={{ clipPath: `inset(0 ${100 - done * 100}% 0 0)` }} />
      )}
    </svg>
  );
}
