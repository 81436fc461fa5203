/** Pictures as they are drawn anew: smaller, upright, and without what their camera noted. */
import { encode } from "blurhash";
import { fitting } from "../../model/media";

export interface Drawn {
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
}

type Drawable = ImageBitmap | HTMLVideoElement;

const BLUR_SIDE = 32;
/** As many of its signs as a shape needs. */
const [BLUR_X, BLUR_Y] = [4, 3];

/** Draw something so that its longest side is `side`, and pack it. */
export async function drawn(from: Drawable, side: number, type: string, quality: number): Promise<Drawn> {
  const canvas = canvasOf(from, side);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));
  if (blob === null) throw new Error("no picture");
  return { blob, width: canvas.width, height: canvas.height };
}

/** Return a few signs that make a blurred picture where the real one is on its way. */
export function blurred(from: Drawable): string {
  const { data, width, height } = pixelsOf(from, BLUR_SIDE);
  return encode(data, width, height, BLUR_X, BLUR_Y);
}

/** Say whether one can see through a picture somewhere. */
export function isTransparent(from: Drawable): boolean {
  const { data } = pixelsOf(from, 128);
  for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 255) < 250) return true;
  return false;
}

function pixelsOf(from: Drawable, side: number): ImageData {
  const canvas = canvasOf(from, side);
  return contextOf(canvas).getImageData(0, 0, canvas.width, canvas.height);
}

function canvasOf(from: Drawable, side: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const [width, height] = sizeOf(from);
  Object.assign(canvas, fitting(width, height, side));
  const context = contextOf(canvas);
  context.imageSmoothingQuality = "high";
  context.drawImage(from, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function sizeOf(from: Drawable): [number, number] {
  return from instanceof HTMLVideoElement ? [from.videoWidth, from.videoHeight] : [from.width, from.height];
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("no canvas");
  return context;
}
