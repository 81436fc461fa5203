/** Pictures without what their camera wrote into them: where, when, by what and by whom. Not a pixel changes. Pure.
 *
 *  Only what is known to be needed for showing is kept; how a picture must be turned is written anew, alone.
 */
import { type Bytes, join } from "./bytes";

/** Return what kind of picture this is, of the kinds known here; null for any other. */
export function typeIn(bytes: Uint8Array): string | null {
  if (starts(bytes, 0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47)) return "image/png";
  return starts(bytes, 0x52, 0x49, 0x46, 0x46) && name(bytes, 8) === "WEBP" ? "image/webp" : null;
}

/** Return a picture without its notes, or null when it is of no kind known here or not whole. */
export function stripped(bytes: Bytes): Bytes | null {
  try {
    const type = typeIn(bytes);
    if (type === "image/jpeg") return jpeg(bytes);
    if (type === "image/png") return png(bytes);
    if (type === "image/webp") return webp(bytes);
  } catch (error) {
    // Read past its end: it is not whole.
    if (!(error instanceof RangeError)) throw error;
  }
  return null;
}

const [SOI, EOI, SOS] = [0xd8, 0xd9, 0xda];
const [APP0, APP1, APP2, APP14, APP15, COM] = [0xe0, 0xe1, 0xe2, 0xee, 0xef, 0xfe];

function jpeg(bytes: Bytes): Bytes | null {
  const view = viewOf(bytes);
  const kept: Uint8Array[] = [];
  let turn = 1;
  let at = 2;
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // Filling between two parts.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    // What comes after the end is other pictures or a film, each with its own notes.
    if (marker === EOI) break;
    let end = at + 2 + view.getUint16(at + 2);
    if (marker === APP1 && name(bytes, at + 4) === "Exif") turn = turnIn(bytes.subarray(at + 10, end));
    if (marker === SOS) end = scanEnd(bytes, end);
    if (end > bytes.length) return null;
    if (isShown(bytes, marker, at)) kept.push(bytes.subarray(at, end));
    at = end;
  }
  const notes = turn === 1 ? [] : [turned(turn)];
  return join(Uint8Array.of(0xff, SOI), ...notes, ...kept, Uint8Array.of(0xff, EOI));
}

/** Colours are kept (JFIF, ICC, Adobe), and everything that is no note. */
function isShown(bytes: Bytes, marker: number, at: number): boolean {
  if (marker === APP2) return name(bytes, at + 4, 11) === "ICC_PROFILE";
  if (marker === APP0 || marker === APP14) return true;
  return marker !== COM && (marker < APP0 || marker > APP15);
}

/** Return where the picture's own data ends: at the next marker that is not part of it. */
function scanEnd(bytes: Bytes, from: number): number {
  let at = from;
  for (; at + 1 < bytes.length; at += 1) {
    const next = bytes[at + 1] ?? 0;
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new RangeError("no end");
}

/** Return how a picture must be turned to stand upright: 1 to 8. */
function turnIn(tiff: Uint8Array): number {
  try {
    const view = viewOf(tiff);
    const isLittle = view.getUint16(0) === 0x4949;
    const first = view.getUint32(4, isLittle);
    const count = view.getUint16(first, isLittle);
    for (let index = 0; index < count; index += 1) {
      const entry = first + 2 + 12 * index;
      if (view.getUint16(entry, isLittle) !== 0x0112) continue;
      const turn = view.getUint16(entry + 8, isLittle);
      return turn >= 1 && turn <= 8 ? turn : 1;
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return 1;
}

/** Return notes that say how to turn the picture, and nothing else. */
function turned(turn: number): Uint8Array {
  return Uint8Array.of(
    ...[0xff, APP1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0],
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1],
    ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0],
  );
}

const PNG_SHOWN = new Set(
  "IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD hIST pHYs acTL fcTL fdAT".split(" "),
);

function png(bytes: Bytes): Bytes | null {
  const view = viewOf(bytes);
  const kept = [bytes.subarray(0, 8)];
  for (let at = 8; ; ) {
    const end = at + 12 + view.getUint32(at);
    const kind = name(bytes, at + 4);
    if (end > bytes.length) return null;
    if (PNG_SHOWN.has(kind)) kept.push(bytes.subarray(at, end));
    if (kind === "IEND") return join(...kept);
    at = end;
  }
}

/** Bits of the first chunk that say: there are notes. */
const [WEBP_EXIF, WEBP_XMP] = [0x08, 0x04];

function webp(bytes: Bytes): Bytes | null {
  const view = viewOf(bytes);
  const size = Math.min(bytes.length, 8 + view.getUint32(4, true));
  const kept: Uint8Array[] = [];
  for (let at = 12; at + 8 <= size; ) {
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length % 2);
    if (at + 8 + length > bytes.length) return null;
    const kind = name(bytes, at);
    const chunk = bytes.slice(at, end);
    if (kind === "VP8X") chunk[8] = (chunk[8] ?? 0) & ~(WEBP_EXIF | WEBP_XMP);
    if (kind !== "EXIF" && kind !== "XMP ") kept.push(chunk);
    at = end;
  }
  const body = join(bytes.subarray(8, 12), ...kept);
  const length = new Uint8Array(4);
  viewOf(length).setUint32(0, body.length, true);
  return join(bytes.subarray(0, 4), length, body);
}

export function isGif(bytes: Uint8Array): boolean {
  return name(bytes, 0) === "GIF8";
}

/** Say whether a picture moves: drawn anew it would not. */
export function isMoving(bytes: Uint8Array): boolean {
  const head = name(bytes, 0, Math.min(bytes.length, 2_000));
  if (isGif(bytes)) return true;
  if (head.startsWith("RIFF")) return head.includes("ANIM");
  return head.startsWith("\x89PNG") && head.includes("acTL");
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function starts(bytes: Uint8Array, ...first: readonly number[]): boolean {
  return first.every((byte, at) => bytes[at] === byte);
}

function name(bytes: Uint8Array, at: number, length = 4): string {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}
