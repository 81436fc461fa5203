/** Pictures, films, sounds and files as messages: what their content says, and how much place they take. Pure.
 *
 *  Another client wrote it: every field may be missing, of another type, or a lie.
 *
 *  spec: client-server-api#extensions-to-mroommessage-msgtypes
 */
import { fieldsOf, msgtypeOf } from "./fields";
import { asHtml } from "./text";
import type { Content } from "./timeline";

export type Kind = "image" | "video" | "audio" | "file";

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["m.image", "image"],
  ["m.video", "video"],
  ["m.audio", "audio"],
  ["m.file", "file"],
]);

/** Return what kind of file a message is, or null when it is none. */
export function kindOf(type: string, content: Content): Kind | null {
  return type === "m.room.message" ? (KINDS.get(msgtypeOf(content)) ?? null) : null;
}

export interface Info {
  readonly type: string;
  readonly size: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly durationMs: number | null;
  readonly blurhash: string | null;
}

/** Nobody's picture is larger, and no film longer. */
const PIXELS_MAX = 100_000;
const DURATION_MAX_MS = 86_400_000;

export function infoOf(content: Content): Info {
  const info = fieldsOf(content["info"]);
  return {
    type: text(info["mimetype"], 100),
    size: amount(info["size"], Number.MAX_SAFE_INTEGER),
    width: amount(info["w"], PIXELS_MAX),
    height: amount(info["h"], PIXELS_MAX),
    durationMs: amount(info["duration"], DURATION_MAX_MS),
    blurhash: blurhash(info["xyz.amorgan.blurhash"]),
  };
}

export function thumbnailTypeOf(content: Content): string | null {
  const type = text(fieldsOf(fieldsOf(content["info"])["thumbnail_info"])["mimetype"], 100);
  return type.startsWith("image/") ? type : null;
}

/** Return the name of a file and what was said about it. Without a name of its own, the body is the name. */
export function namesOf(content: Content): { name: string; caption: string } {
  const body = text(content["body"], 10_000);
  const filename = text(content["filename"], 255);
  const caption = filename !== "" && filename !== body ? body : "";
  return { name: plainName(filename || body), caption };
}

/** A name is shown and saved: without signs that turn the reading direction or lead out of a folder. */
function plainName(name: string): string {
  return name
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "")
    .replace(/[/\\:*?"<>|]/g, "_")
    .replace(/^\.+/, "")
    .trim()
    .slice(-160);
}

/** Return what a message says in words of its writer: of a file, what was said about it. */
export function wordsIn(type: string, content: Content): string {
  if (kindOf(type, content) !== null) return namesOf(content).caption;
  return text(content["body"], Number.MAX_SAFE_INTEGER);
}

const WIDTH_MAX = 300;
const HEIGHT_MAX = 360;
const SIDE_MIN = 96;

/** Return the place that a picture takes in a conversation: its own shape, within what is sensible. Unknown: four to three. */
export function placeFor({ width, height }: Pick<Info, "width" | "height">): {
  width: number;
  height: number;
} {
  if (!width || !height) return { width: 240, height: 180 };
  const scale = Math.min(WIDTH_MAX / width, HEIGHT_MAX / height, 1);
  return {
    width: Math.round(Math.max(SIDE_MIN, width * scale)),
    height: Math.round(Math.max(SIDE_MIN, height * scale)),
  };
}

/** Return the size that fits into a square of `side`, never larger than it is. */
export function fitting(width: number, height: number, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

interface Described {
  readonly kind: Kind;
  readonly name: string;
  readonly caption: string;
  /** The caption as HTML, when that says more. */
  readonly html?: string | null;
  readonly info: Readonly<Record<string, unknown>>;
}

/** Return the content of a message with a file, but for where the file is. */
export function describing({ kind, name, caption, html, info }: Described): Record<string, unknown> {
  const said = caption.trim();
  return {
    msgtype: `m.${kind}`,
    body: said === "" ? name : said,
    ...asHtml(html),
    filename: name,
    info,
    "m.mentions": {},
  };
}

function text(value: unknown, lengthMax: number): string {
  return typeof value === "string" ? value.slice(0, lengthMax) : "";
}

function amount(value: unknown, max: number): number | null {
  return typeof value === "number" && value > 0 && value <= max ? value : null;
}

/** spec: MSC2448. Its first sign says how long it is. */
function blurhash(value: unknown): string | null {
  if (typeof value !== "string" || !/^[0-9A-Za-z#$%*+,\-.:;=?@[\]^_{|}~]{6,166}$/.test(value)) return null;
  const size = BASE83.indexOf(value.charAt(0));
  const count = ((size % 9) + 1) * (Math.floor(size / 9) + 1);
  return size < 81 && value.length === 4 + 2 * count ? value : null;
}

const BASE83 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
