/** Pictures made ready to be stickers: small, with what is clear in them left clear. */
import { isGif, isMoving, stripped, typeIn } from "../../model/strip";

const SIDE = 512;
/** A picture that moves is kept as it is, if it is no larger than this. */
const MOVING_BYTES_MAX = 600_000;

/** Why a picture becomes no sticker: the browser cannot show it; or it moves and is too large: drawn anew it would stand still. */
type Why = "unusable" | "moving";

export class NoPicture extends Error {
  constructor(
    message: string,
    readonly why: Why = "unusable",
  ) {
    super(message);
  }
}

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
  const moving = await movingIn(file);
  if (moving !== null) {
    bitmap.close();
    if (scale === 1 && moving.size <= MOVING_BYTES_MAX) return { blob: moving, width, height };
    throw new NoPicture("too large to move", "moving");
  }
  const drawn = await drawnOn(width, height, (context) => context.drawImage(bitmap, 0, 0, width, height));
  bitmap.close();
  return drawn;
}

export interface Unused {
  readonly name: string;
  readonly why: Why;
}

interface Named extends Small {
  readonly words: string;
  readonly name: string;
}

/** Make files ready. One that cannot be used does not keep the others out: its name is told, and why. */
export async function picturesIn(
  files: readonly File[],
): Promise<{ pictures: readonly Named[]; leftOut: readonly Unused[] }> {
  const pictures: Named[] = [];
  const leftOut: Unused[] = [];
  for (const file of files) {
    const { name } = file;
    try {
      pictures.push({ ...(await smallPicture(file)), words: name.replace(/\.[^.]*$/, ""), name });
    } catch (error) {
      leftOut.push({ name, why: error instanceof NoPicture ? error.why : "unusable" });
    }
  }
  return { pictures, leftOut };
}

/** Return a picture that moves as it is, without its notes: drawn anew it would stand still. Null: it does not move. */
async function movingIn(file: Blob): Promise<Blob | null> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (isGif(bytes)) return new Blob([bytes], { type: "image/gif" });
  if (!isMoving(bytes)) return null;
  const kept = stripped(bytes);
  const type = kept && typeIn(kept);
  if (kept === null || type === null) throw new NoPicture("not whole");
  return new Blob([kept], { type });
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
