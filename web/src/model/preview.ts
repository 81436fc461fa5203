/** What stands under a link: the words and the picture that its sender sent along. Pure.
 *
 *  Another client wrote it: every field may be missing, of another type, or a lie. So a card is only for an address that stands in the
 *  text, leads to that one, and shows its real host; what the page calls itself is no more than a title.
 *
 *  spec: MSC4095
 */

import { fieldsOf, wordOf } from "./fields";
import { targetOf } from "./link";
import { linksOf } from "./text";
import type { Content } from "./timeline";

export const PREVIEWS = "com.beeper.linkpreviews";

export interface Preview {
  /** The address as it stands in the text. */
  readonly written: string;
  readonly href: string;
  readonly title: string;
  readonly description: string;
  readonly picture: Picture | null;
}

export interface Picture {
  /** Where it is; `sealed` tells of an encrypted one. Neither has been looked at. */
  readonly url: unknown;
  readonly sealed: unknown;
  readonly type: string;
  readonly width: number | null;
  readonly height: number | null;
}

export interface Link {
  readonly written: string;
  readonly href: string;
}

const TITLE_MAX = 200;
const WORDS_MAX = 400;
const SHOWN_MAX = 3;
const LOOKED_AT_MAX = 20;
const PIXELS_MAX = 100_000;

/** Return what can be shown under a text, each address once. */
export function previewsOf(content: Content): Preview[] {
  const listed = content[PREVIEWS];
  const body = content["body"];
  if (!Array.isArray(listed) || listed.length === 0 || typeof body !== "string") return [];
  const links = linksOf(body);
  const found = new Map<string, Preview>();
  for (const one of listed.slice(0, LOOKED_AT_MAX)) {
    const told = fieldsOf(one);
    const link = links.find(({ written, href }) =>
      [written, href].some((one) => one === told["matched_url"]),
    );
    const preview = link === undefined ? null : previewFrom(told, link);
    if (preview !== null && !found.has(preview.href)) found.set(preview.href, preview);
  }
  return [...found.values()].slice(0, SHOWN_MAX);
}

/** Read what is told of a link, by a message or by the server; null when it is nothing. */
export function previewFrom(told: Content, { written, href }: Link): Preview | null {
  const title = line(told["og:title"], TITLE_MAX);
  const description = line(told["og:description"], WORDS_MAX);
  const url = told["og:image"];
  const sealed = told["beeper:image:encryption"];
  const picture = {
    url,
    sealed,
    type: line(told["og:image:type"], 100),
    width: amount(told["og:image:width"]),
    height: amount(told["og:image:height"]),
  };
  const hasPicture = typeof url === "string" || typeof sealed === "object";
  if (title === "" && description === "" && !hasPicture) return null;
  return { written, href, title, description, picture: hasPicture ? picture : null };
}

/** Return a preview as it goes along with a message. */
export function bundled({ written, title, description, picture }: Preview): Record<string, unknown> {
  const all = {
    matched_url: written,
    "og:title": title,
    "og:description": description,
    ...(picture !== null && {
      "og:image": picture.url,
      "beeper:image:encryption": picture.sealed,
      "og:image:type": picture.type,
      "og:image:width": picture.width,
      "og:image:height": picture.height,
    }),
  };
  return Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== "" && value !== null && value !== undefined),
  );
}

/** Return the first address in a text of which a preview can be had. People and groups of this server's own pages have none: `origin` tells. */
export function firstLink(text: string, origin: string): Link | null {
  return (
    linksOf(text).find(({ href }) => {
      const { username, password } = new URL(href);
      return username === "" && password === "" && targetOf(href, origin) === null;
    }) ?? null
  );
}

/** Put previews to a message. To one with addresses and none of them an empty list: so that nobody's client looks by itself. */
export function withPreviews(
  content: Record<string, unknown>,
  previews: readonly Preview[],
): Record<string, unknown> {
  const { body, "m.new_content": anew } = content;
  if (linksOf(wordOf(body)).length === 0) return content;
  const list = previews.map(bundled);
  return {
    ...content,
    [PREVIEWS]: list,
    ...(anew !== undefined && { "m.new_content": { ...fieldsOf(anew), [PREVIEWS]: list } }),
  };
}

/** Return what of a message's previews still stands when its text is another. */
export function carried(before: Content, text: string): Preview[] {
  return previewsOf({ ...before, body: text });
}

/** Return the host of an address as it really is: letters of other scripts, which may look like a known name, in their ASCII form. */
export function hostOf(href: string): string {
  return URL.canParse(href) ? new URL(href).host : "";
}

/** One line, without signs that nobody sees or that turn the reading direction. */
function line(value: unknown, lengthMax: number): string {
  if (typeof value !== "string") return "";
  return value
    .slice(0, 4 * lengthMax)
    .replace(/\s+/gu, " ")
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu, "")
    .trim()
    .slice(0, lengthMax);
}

function amount(value: unknown): number | null {
  return typeof value === "number" && value > 0 && value <= PIXELS_MAX ? Math.round(value) : null;
}
