import { decode } from "blurhash";
import { useEffect, useRef } from "react";

const SIDE = 32;

/** A blurred picture where the real one is on its way: it takes its place at once. */
export function Blur({ hash }: { hash: string | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context || hash === null) return;
    context.putImageData(new ImageData(new Uint8ClampedArray(decode(hash, SIDE, SIDE)), SIDE, SIDE), 0, 0);
  }, [hash]);
  return hash === null ? null : <canvas ref={canvas} className="blur" width={SIDE} height={SIDE} />;
}
