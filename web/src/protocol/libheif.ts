/** What is asked of libheif: its C functions, as they are compiled for a browser. Its numbers are those of its headers. */
import type { Bytes } from "../model/bytes";
import type { Colours, Raster } from "../model/png";

type Pointer = number;

/** The functions that are called. What they return by value is written to where the first argument points. */
export interface Libheif {
  readonly HEAPU8: Uint8Array;
  _malloc(size: number): Pointer;
  _heif_context_alloc(): Pointer;
  _heif_context_set_maximum_image_size_limit(context: Pointer, side: number): void;
  _heif_context_read_from_memory(error: Pointer, context: Pointer, at: Pointer, size: number, no: 0): void;
  _heif_context_get_primary_image_handle(error: Pointer, context: Pointer, out: Pointer): void;
  _heif_image_handle_has_alpha_channel(handle: Pointer): number;
  _heif_image_handle_is_premultiplied_alpha(handle: Pointer): number;
  _heif_image_handle_get_raw_color_profile_size(handle: Pointer): number;
  _heif_image_handle_get_raw_color_profile(error: Pointer, handle: Pointer, out: Pointer): void;
  _heif_image_handle_get_nclx_color_profile(error: Pointer, handle: Pointer, out: Pointer): void;
  _heif_decode_image(
    ...of: [error: Pointer, handle: Pointer, out: Pointer, space: number, chroma: number, options: 0]
  ): void;
  _heif_image_get_width(image: Pointer, channel: number): number;
  _heif_image_get_height(image: Pointer, channel: number): number;
  _heif_image_get_plane_readonly2(image: Pointer, channel: number, strideOut: Pointer): Pointer;
}

/** What is larger is not opened: its pixels alone would take more room than many a phone gives a page. 67 million; phones take 50. */
export const SIDE_MAX = 8_192;
/** Real ones have some hundred bytes, or some thousand. */
const PROFILE_BYTES_MAX = 1_000_000;

const RGB_SPACE = 1;
const RGB = 10;
const RGBA = 11;
const INTERLEAVED = 10;
const NO_MEMORY = 6;
const BEYOND_LIMITS = 1000;

export class TooLarge extends Error {}

/** Open the main picture of a file, upright. Throws an error when it is none, or `TooLarge`.
 *
 *  Nothing is given back: whoever calls throws the whole memory away, with whatever a hostile picture did to it.
 */
export function opened(heif: Libheif, file: Uint8Array): Raster {
  const error = heif._malloc(12);
  const out = heif._malloc(8);
  // The memory moves when it grows: it is looked at anew each time.
  const number = (at: Pointer) => new DataView(heif.HEAPU8.buffer).getUint32(at, true);
  const isWell = () => number(error) === 0;

  function given(): Pointer {
    if (isWell()) return number(out);
    const [code, reason] = [number(error), number(error + 4)];
    if (code === NO_MEMORY || reason === BEYOND_LIMITS) throw new TooLarge("The picture is too large.");
    throw new Error(`libheif: ${code}, ${reason}`);
  }

  const bytes = heif._malloc(file.length);
  heif.HEAPU8.set(file, bytes);
  const context = heif._heif_context_alloc();
  heif._heif_context_set_maximum_image_size_limit(context, SIDE_MAX);
  heif._heif_context_read_from_memory(error, context, bytes, file.length, 0);
  given();
  heif._heif_context_get_primary_image_handle(error, context, out);
  const handle = given();
  const isTransparent = heif._heif_image_handle_has_alpha_channel(handle) !== 0;
  const meant = { profile: profile(), colours: colours() };

  heif._heif_decode_image(error, handle, out, RGB_SPACE, isTransparent ? RGBA : RGB, 0);
  const image = given();
  const width = heif._heif_image_get_width(image, INTERLEAVED);
  const height = heif._heif_image_get_height(image, INTERLEAVED);
  const start = heif._heif_image_get_plane_readonly2(image, INTERLEAVED, out);
  const stride = number(out);
  // From here on nothing may take memory: the pixels would not lie there any more.
  const pixels = heif.HEAPU8.subarray(start, start + stride * height);
  if (isTransparent && heif._heif_image_handle_is_premultiplied_alpha(handle) !== 0) divided(pixels);
  const channels = isTransparent ? 4 : 3;
  return { width, height, channels, stride, pixels, ...meant };

  /** The profile of the colours, where it is one for red, green and blue. */
  function profile(): Bytes | null {
    const size = heif._heif_image_handle_get_raw_color_profile_size(handle);
    if (size < 128 || size > PROFILE_BYTES_MAX) return null;
    const at = heif._malloc(size);
    heif._heif_image_handle_get_raw_color_profile(error, handle, at);
    const held = new Uint8Array(heif.HEAPU8.subarray(at, at + size));
    return isWell() && String.fromCharCode(...held.subarray(16, 20)) === "RGB " ? held : null;
  }

  /** What stands in for a profile; null where it says no more than what is taken for granted. */
  function colours(): Colours | null {
    heif._heif_image_handle_get_nclx_color_profile(error, handle, out);
    if (!isWell()) return null;
    const [primaries, transfer] = [number(number(out) + 4), number(number(out) + 8)];
    const isUsual = (primaries === BT_709 || primaries === UNSAID) && !HDR.has(transfer);
    return isUsual || primaries > 255 || transfer > 255 ? null : { primaries, transfer };
  }
}

const [BT_709, UNSAID] = [1, 2];
/** Brightness far beyond a screen's white: PQ and HLG. */
const HDR = new Set([16, 18]);

/** Some multiply colours with how little one sees through them: undone. */
function divided(pixels: Uint8Array): void {
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    const opaque = pixels[at + 3] ?? 255;
    if (opaque === 0 || opaque === 255) continue;
    for (let place = at; place < at + 3; place += 1)
      pixels[place] = Math.min(255, Math.round(((pixels[place] ?? 0) * 255) / opaque));
  }
}
