/** A file that somebody chose, made ready to be sent. */
import type { Kind } from "../../model/media";
import { isMoving, stripped, typeIn } from "../../model/strip";
import { holdsHeic, openHeic, Unopened, type Why } from "../../protocol/heic";
import { lookAt, withoutNotes } from "./film";
import { blurred, type Drawn, drawn, isTransparent } from "./picture";

/** What the chooser should know: a picture that this browser cannot open goes as a file; a file goes with all that is noted in it. */
type Note = `heic_${Why}` | "unreadable" | "as_is" | null;

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

/** Make a file ready. `small`: pictures are made smaller; `original`: not a pixel changes; `file`: nothing does. */
export async function prepare(file: File, way: Way): Promise<Ready> {
  if (way === "file") return asFile(file, null);
  if (file.type.startsWith("video/")) return film(file);
  let bitmap: ImageBitmap;
  try {
    // By its bytes: some that are called HEIC are none, and some that are HEIC are called otherwise.
    if (await holdsHeic(file)) bitmap = await openHeic(file);
    else if (DRAWN.test(file.type) || CALLED_HEIC.test(file.name)) bitmap = await createImageBitmap(file);
    else return asFile(file, null);
  } catch (error) {
    return asFile(file, error instanceof Unopened ? `heic_${error.why}` : "unreadable");
  }
  try {
    return await picture(file, bitmap, way);
  } catch {
    // Larger than this browser can draw.
    return asFile(file, "unreadable");
  } finally {
    bitmap.close();
  }
}

function asFile(file: File, note: Note): Ready {
  const kind = file.type.startsWith("audio/") ? "audio" : "file";
  const type = file.type || "application/octet-stream";
  return {
    kind,
    blob: file,
    name: file.name,
    info: { mimetype: type, size: file.size },
    thumbnail: null,
    note: note ?? "as_is",
  };
}

async function picture(file: File, bitmap: ImageBitmap, way: Way): Promise<Ready> {
  const kept = await keptOf(file);
  const whole = { blob: kept ?? file, width: bitmap.width, height: bitmap.height };
  const bytes = new Uint8Array(await file.slice(0, 2_000).arrayBuffer());
  const made =
    isMoving(bytes) || (way === "original" && kept !== null) ? whole : await smaller(bitmap, kept, way);
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

/** Return the picture without its notes, not a pixel changed; null where that is not known. A GIF has none that matter. */
async function keptOf(file: File): Promise<Blob | null> {
  if (file.type === "image/gif") return file;
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
  const clean = await withoutNotes(file);
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
