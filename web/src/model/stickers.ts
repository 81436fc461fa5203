/** Packs of stickers: what stands in one, and how it changes. Pure.
 *
 *  spec: client-server-api#image-packs, and MSC2545's older form, which is read only.
 */
import { fieldsOf } from "./fields";
import type { Content } from "./timeline";

export const PACK = "m.room.image_pack";
export const ROOMS = "m.image_pack.rooms";
/** As they were called before they were specified. */
export const OLD_PACK = "im.ponies.room_emotes";
export const OLD_ROOMS = "im.ponies.emote_rooms";
export const OLD_OWN = "im.ponies.user_emotes";

export interface Sticker {
  readonly shortcode: string;
  /** What it shows, in words. */
  readonly words: string;
  readonly url: string;
  /** Numbers about the picture, as they stand in the pack. */
  readonly info: Content;
}

/** So many of one pack are shown. A whole event holds fewer. */
const SHOWN_MAX = 400;
/** So many can be put into a pack: more do not fit into one event of 65,536 bytes with their words. */
export const STICKERS_MAX = 120;

const MXC = /^mxc:\/\/[A-Za-z0-9.:[\]-]+\/[A-Za-z0-9_-]{1,255}$/;
export const SHORTCODE = /^[A-Za-z0-9_-]{1,100}$/;

/** Return the name that a pack gives itself, or null. */
export function nameIn(content: Content): string | null {
  const name = fieldsOf(content["pack"])["display_name"];
  return typeof name === "string" && name.trim() !== "" ? name.slice(0, 100) : null;
}

/** Return what a pack offers as stickers. Anything may stand in it. */
export function stickersIn(content: Content): Sticker[] {
  const ofPack = fieldsOf(content["pack"])["usage"];
  const found: Sticker[] = [];
  for (const [shortcode, value] of Object.entries(fieldsOf(content["images"]))) {
    const image = fieldsOf(value);
    const usage = image["usage"];
    // The older form tells it of single pictures too.
    const isMeant = isForStickers(Array.isArray(usage) && usage.length > 0 ? usage : ofPack);
    const sticker = isMeant ? stickerOf(shortcode, image) : null;
    if (sticker !== null) found.push(sticker);
    if (found.length === SHOWN_MAX) break;
  }
  return found;
}

function isForStickers(usage: unknown): boolean {
  return !Array.isArray(usage) || usage.length === 0 || usage.includes("sticker");
}

function stickerOf(shortcode: string, image: Content): Sticker | null {
  const { url, body } = image;
  if (typeof url !== "string" || !MXC.test(url)) return null;
  const words = typeof body === "string" && body.trim() !== "" ? body.slice(0, 300) : shortcode;
  return { shortcode, words, url, info: infoOf(image["info"]) };
}

/** What is kept of the facts about a picture: known ones, of the right kind. */
function infoOf(value: unknown): Content {
  const told = fieldsOf(value);
  const numbers = ["w", "h", "size"].flatMap((name) => {
    const number = told[name];
    return typeof number === "number" && number > 0 && number < 1e8
      ? [[name, Math.round(number)] as const]
      : [];
  });
  const type = told["mimetype"];
  return {
    ...Object.fromEntries(numbers),
    ...(typeof type === "string" && { mimetype: type.slice(0, 100) }),
  };
}

/** Return what is sent of a sticker. spec: client-server-api#sending-stickers */
export function contentOfSticker({ words, url, info }: Sticker): Record<string, unknown> {
  return { body: words, url, info };
}

/** Read a sticker that somebody sent, or null when it is none. Also in encrypted rooms its picture lies in the open. */
export function stickerSent(content: Content): Sticker | null {
  return stickerOf("", { ...content, body: content["body"] });
}

/** Return the width and height of its place on the page, never larger than `most`. */
export function sizeOf({ info }: Sticker, most: number): { width: number; height: number } {
  const { w, h } = info;
  if (typeof w !== "number" || typeof h !== "number") return { width: most, height: most };
  const scale = Math.min(1, most / w, most / h);
  return { width: Math.max(24, Math.round(w * scale)), height: Math.max(24, Math.round(h * scale)) };
}

/** Return a shortcode that is free, made of a name: what a shortcode cannot hold is left out. */
export function shortcodeFor(name: string, content: Content): string {
  const taken = fieldsOf(content["images"]);
  const plain = name
    .normalize("NFKD")
    .replace(/\.[a-z0-9]{2,5}$/i, "")
    .replace(/[^A-Za-z0-9_-]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
  const base = plain === "" ? "sticker" : plain;
  if (!(base in taken)) return base;
  for (let number = 2; ; number += 1) {
    if (!(`${base}_${number}` in taken)) return `${base}_${number}`;
  }
}

export function countIn(content: Content): number {
  return Object.keys(fieldsOf(content["images"])).length;
}

/** Return a pack with one more sticker. */
export function withSticker(content: Content, { shortcode, words, url, info }: Sticker): Content {
  return { ...content, images: { ...fieldsOf(content["images"]), [shortcode]: { url, body: words, info } } };
}

/** Return a pack without a sticker. */
export function withoutSticker(content: Content, shortcode: string): Content {
  const { [shortcode]: _gone, ...images } = fieldsOf(content["images"]);
  return { ...content, images };
}

/** Return a pack in which a sticker has another shortcode and other words; what else stands there about it stays, and so does its place. */
export function changed(
  content: Content,
  shortcode: string,
  next: { shortcode: string; words: string },
): Content {
  const images = Object.entries(fieldsOf(content["images"])).map(([one, image]) =>
    one === shortcode ? [next.shortcode, { ...fieldsOf(image), body: next.words }] : [one, image],
  );
  return { ...content, images: Object.fromEntries(images) };
}

/** Return a pack with another name. */
export function named(content: Content, name: string): Content {
  return { ...content, pack: { ...fieldsOf(content["pack"]), display_name: name } };
}

export const EMPTY_PACK: Content = { images: {}, pack: { usage: ["sticker"] } };

/** Which pack of which room. */
export interface Place {
  readonly roomId: string;
  readonly stateKey: string;
}

const PLACES_MAX = 200;

/** Return the packs that a person has chosen to have everywhere. */
export function placesIn(content: Content): Place[] {
  return Object.entries(fieldsOf(content["rooms"]))
    .flatMap(([roomId, keys]) => Object.keys(fieldsOf(keys)).map((stateKey) => ({ roomId, stateKey })))
    .slice(0, PLACES_MAX);
}

/** Return the choice with a pack in or out of it. What others wrote about a pack is left as it is. */
export function withPlace(content: Content, { roomId, stateKey }: Place, isIn: boolean): Content {
  const rooms = fieldsOf(content["rooms"]);
  const { [stateKey]: before, ...others } = fieldsOf(rooms[roomId]);
  if (isIn) return { ...content, rooms: { ...rooms, [roomId]: { ...others, [stateKey]: before ?? {} } } };
  if (Object.keys(others).length > 0) return { ...content, rooms: { ...rooms, [roomId]: others } };
  const { [roomId]: _gone, ...rest } = rooms;
  return { ...content, rooms: rest };
}

/** Return what was used last with one more before it. */
export function withRecent(recent: readonly Sticker[], sticker: Sticker): Sticker[] {
  return [sticker, ...recent.filter(({ url }) => url !== sticker.url)].slice(0, RECENT_MAX);
}

const RECENT_MAX = 20;

/** Read what was kept as used last. */
export function recentIn(kept: string | null): Sticker[] {
  try {
    const list: unknown = JSON.parse(kept ?? "[]");
    if (!Array.isArray(list)) return [];
    return list.slice(0, RECENT_MAX).flatMap((value) => {
      const { words, ...image } = fieldsOf(value);
      const shortcode = image["shortcode"];
      return stickerOf(typeof shortcode === "string" ? shortcode : "", { ...image, body: words }) ?? [];
    });
  } catch {
    return [];
  }
}

/** Return those whose words or shortcode hold what is looked for, each picture once. */
export function found(stickers: readonly Sticker[], query: string): Sticker[] {
  const asked = query.trim().toLowerCase();
  const seen = new Set<string>();
  return stickers.filter(({ words, shortcode, url }) => {
    const fits = words.toLowerCase().includes(asked) || shortcode.toLowerCase().includes(asked);
    if (!fits || seen.has(url)) return false;
    seen.add(url);
    return true;
  });
}
