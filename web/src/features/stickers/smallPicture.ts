/** Pictures made ready to be stickers: small, with what is clear in them left clear. */

const SIDE = 512;
/** A picture that moves is kept as it is, if it is no larger than this. */
const MOVING_BYTES_MAX = 600_000;

/** The browser cannot show this as a picture, or it moves and is too large. */
export class NoPicture extends Error {}

export interface Small {
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
}

/** Return a picture that is at most 512 pixels wide and high. Where and with what it was taken stays behind. */
export async function smallPicture(file: Blob): Promise<Small> {
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (bitmap === null) throw new NoPicture("not a picture");
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
  const width = Math.max(1, Math.round(bitmap.width * scale));
  const height = Math.max(1, Math.round(bitmap.height * scale));
  if (file.type === "image/gif") {
    bitmap.close();
    // Drawn anew it would stand still.
    if (scale === 1 && file.size <= MOVING_BYTES_MAX) return { blob: file, width, height };
    throw new NoPicture("too large to move");
  }
  const drawn = await drawnOn(width, height, (context) => context.drawImage(bitmap, 0, 0, width, height));
  bitmap.close();
  return drawn;
}

/** Draw something and return it as a WebP, or as a PNG where the browser writes none. */
export async function drawnOn(
  width: number,
  height: number,
  draw: (context: CanvasRenderingContext2D) => void,
): Promise<Small> {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  if (context === null) throw new NoPicture("no canvas");
  draw(context);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/webp", 0.92));
  if (blob === null) throw new NoPicture("not written");
  return { blob, width, height };
}
