/** A file that somebody chose, made ready to be sent. */
import type { Kind } from "../../model/media";
import { isGif, isMoving, stripped, typeIn } from "../../model/strip";
import { holdsHeic, openHeic, Unopened, type Why } from "../../protocol/heic";
import { lookAt, withoutNotes } from "./film";
import { blurred, type Drawn, drawn, isTransparent } from "./picture";

/** What the chooser should know: a picture that this browser cannot open goes as a file; a file goes with all that is noted in it.
 *  Null: nothing of where and when it was taken is sent along.
 */
type Note = `heic_${Why}` | "unreadable" | "unreadable_as_is" | "as_is" | null;

export interface Ready {
  readonly kind: Kind;
  readonly blob: Blob;
  readonly name: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly thumbnail: Drawn | null;
  readonly note: Note;
}

export type Way = "small" | "original" | "file";

const SIDE_MAX = 2048;
const THUMBNAIL_SIDE = 640;
/** A picture of this size is its own small copy. */
const SMALL_BYTES_MAX = 120_000;
const JPEG = "image/jpeg";
const DRAWN = /^image\/(jpeg|png|webp|gif|avif|bmp|apng|heic|heif)$/;
/** Not every system has a type for it. */
const CALLED_HEIC = /\.hei[cf]$/i;

/** Say whether a file is likely to be a picture, before one has looked into it. */
export function isSaidPicture({ type, name }: File): boolean {
  return type.startsWith("image/") || CALLED_HEIC.test(name);
}

/** Make a file ready. `small`: pictures are made smaller; `original`: not a pixel changes; `file`: nothing does.
 *
 *  Null: there is nothing to be read. It is a folder, or was moved away since.
 */
export async function prepare(file: File, way: Way): Promise<Ready | null> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    return null;
  }
  if (way === "file") return asFile(file, "as_is");
  return file.type.startsWith("video/") ? film(file) : opened(file, way);
}

async function opened(file: File, way: Way): Promise<Ready> {
  let bitmap: ImageBitmap | null = null;
  try {
    // By its bytes: some that are called HEIC are none, and some that are HEIC are called otherwise.
    if (await holdsHeic(file)) bitmap = await openHeic(file);
    else if (DRAWN.test(file.type) || CALLED_HEIC.test(file.name)) bitmap = await createImageBitmap(file);
    else return asFile(file, "as_is");
    return (await picture(file, bitmap, way)) ?? (await unopened(file));
  } catch (error) {
    // Not opened; or larger than this browser can draw.
    return error instanceof Unopened ? asFile(file, `heic_${error.why}`) : unopened(file);
  } finally {
    bitmap?.close();
  }
}

/** What cannot be drawn may still lose its notes. */
async function unopened(file: File): Promise<Ready> {
  const kept = await keptOf(file).catch(() => null);
  return kept === null ? asFile(file, "unreadable_as_is") : asFile(file, "unreadable", kept);
}

function asFile(file: File, note: Note, blob: Blob = file): Ready {
  const kind = file.type.startsWith("audio/") ? "audio" : "file";
  const type = file.type || "application/octet-stream";
  return { kind, blob, name: file.name, info: { mimetype: type, size: blob.size }, thumbnail: null, note };
}

/** Null: it moves, which it would not if it was drawn anew, and where its notes are is not known. */
async function picture(file: File, bitmap: ImageBitmap, way: Way): Promise<Ready | null> {
  const kept = await keptOf(file);
  const moves = isMoving(await headOf(file));
  if (moves && kept === null) return null;
  const made =
    kept !== null && (moves || way === "original")
      ? { blob: kept, width: bitmap.width, height: bitmap.height }
      : await smaller(bitmap, kept, way);
  const thumbnail =
    made.blob.size <= SMALL_BYTES_MAX ? null : await drawn(bitmap, THUMBNAIL_SIDE, kindFor(bitmap), 0.78);
  const { blob, width, height } = made;
  return {
    kind: "image",
    blob,
    name: named(file.name, blob.type),
    info: {
      mimetype: blob.type,
      size: blob.size,
      w: width,
      h: height,
      "xyz.amorgan.blurhash": blurred(bitmap),
    },
    thumbnail,
    note: null,
  };
}

async function headOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, 2_000).arrayBuffer());
}

/** Return the picture without its notes, not a pixel changed; null where that is not known. A GIF has none that matter. */
async function keptOf(file: File): Promise<Blob | null> {
  // By its bytes: a photo may be called a GIF.
  if (isGif(await headOf(file))) return new Blob([file], { type: "image/gif" });
  const bytes = stripped(new Uint8Array(await file.arrayBuffer()));
  return bytes === null ? null : new Blob([bytes], { type: typeIn(bytes) ?? file.type });
}

async function smaller(bitmap: ImageBitmap, kept: Blob | null, way: Way): Promise<Drawn> {
  const side = way === "original" ? Math.max(bitmap.width, bitmap.height) : SIDE_MAX;
  const made = await drawn(bitmap, side, kindFor(bitmap), way === "original" ? 0.95 : 0.85);
  // A drawing with few colours is smaller as it was.
  const isWhole = made.width === bitmap.width && made.height === bitmap.height;
  return isWhole && kept !== null && kept.size <= made.blob.size ? { ...made, blob: kept } : made;
}

function kindFor(bitmap: ImageBitmap): string {
  return isTransparent(bitmap) ? "image/png" : JPEG;
}

const ENDINGS: Readonly<Record<string, string>> = { [JPEG]: "jpg", "image/png": "png" };

/** What was drawn anew may be of another kind: its name says so. */
function named(name: string, type: string): string {
  const ending = ENDINGS[type];
  if (ending === undefined) return name;
  const fits = type === JPEG ? /\.jpe?g$/i : /\.a?png$/i;
  return fits.test(name) ? name : `${name.replace(/\.[^.]*$/, "")}.${ending}`;
}

async function film(file: File): Promise<Ready> {
  const clean = await withoutNotes(file).catch(() => null);
  const seen = await lookAt(file);
  const blob = clean ?? file;
  return {
    kind: "video",
    blob,
    name: file.name,
    info: {
      mimetype: file.type.split(";")[0],
      size: blob.size,
      ...(seen !== null && { w: seen.width, h: seen.height, "xyz.amorgan.blurhash": seen.blurhash }),
      ...(seen?.durationMs && { duration: seen.durationMs }),
    },
    thumbnail: seen?.poster ?? null,
    note: clean === null ? "as_is" : null,
  };
}
