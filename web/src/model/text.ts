/** Plain text, taken apart into what is shown differently. Pure.
 *
 *  Only the text itself is used, never the HTML that may come along with it: a link shows where it leads, so it cannot lie.
 */
import { uriTarget } from "./link";

export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "mention"; readonly text: string; readonly userId: string };

/** Of HTML in a message. */
export const FORMAT = "org.matrix.custom.html";

/** Return how a message says its text as HTML; nothing where that says no more. spec: client-server-api#mroommessage-msgtypes */
export function asHtml(html: string | null | undefined): Record<string, unknown> {
  return html ? { format: FORMAT, formatted_body: html } : {};
}

export interface Named {
  readonly userId: string;
  readonly name: string;
}

/** The part of a mail address before its sign is bounded: it is looked for anew from every place where one could begin. */
const LINK =
  /\b(?:https?:\/\/|www\.)[^\s<>"'`，。！？；：、“”‘’（）《》【】]+|\bmailto:[^\s<>"'`@]{1,250}@[^\s<>"'`]+|\bmatrix:(?:u|r|roomid)\/[^\s<>"'`，。！？；：、“”‘’（）《》【】]+/giu;
/** Nobody writes longer ones, and the browser would have much to do with them. */
const LINK_LENGTH_MAX = 2_000;

/** Return the pieces of a text, in order; joined they are the text again (but for the names of hosts that look like others). */
export function piecesOf(body: string, mentioned: readonly Named[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of body.matchAll(LINK)) {
    const text = trimmed(found[0]);
    const link = linkOf(text);
    if (link === null) continue;
    pieces.push(...withMentions(body.slice(at, found.index), mentioned), link);
    at = found.index + text.length;
  }
  pieces.push(...withMentions(body.slice(at), mentioned));
  return pieces;
}

/** Return the addresses of pages in a text: as they are written, and where they lead. */
export function linksOf(body: string): { written: string; href: string }[] {
  return [...body.matchAll(LINK)].flatMap((found) => {
    const written = trimmed(found[0]);
    const link = linkOf(written);
    return link?.kind === "link" && /^https?:/.test(link.href) ? [{ written, href: link.href }] : [];
  });
}

/** What ends a sentence is no part of an address; a closing bracket is one only when it was opened inside. */
function trimmed(address: string): string {
  // Counted once, and then walked back from the end: a message may be nothing but brackets.
  let unopened = address.split(")").length - address.split("(").length;
  let end = address.length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    if (last === ")" && unopened > 0) unopened -= 1;
    else if (!/[.,:;!?*_~\]}]/.test(last)) break;
  }
  return address.slice(0, end);
}

const SAFE = ["http:", "https:", "mailto:", "matrix:"];

function linkOf(text: string): Piece | null {
  if (text.length > LINK_LENGTH_MAX) return null;
  const written = /^www\./i.test(text) ? `https://${text}` : text;
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null || !SAFE.includes(url.protocol)) return null;
  if (url.protocol === "matrix:" && uriTarget(url.href) === null) return null;
  // "https://bank.example@other.example" leads to the other one; letters of other scripts can look like those of a known host.
  const disguised = url.username !== "" || url.password !== "" || url.hostname.includes("xn--");
  return { kind: "link", text: disguised ? url.href : text, href: url.href };
}

function withMentions(text: string, mentioned: readonly Named[]): Piece[] {
  if (text === "") return [];
  if (mentioned.length === 0) return [{ kind: "text", text }];
  // The longest first: "@Ann Lee" is not "@Ann" and then " Lee".
  const names = mentioned
    .flatMap(({ userId, name }) => [
      { userId, sign: `@${name}` },
      { userId, sign: userId },
    ])
    .sort((a, b) => b.sign.length - a.sign.length);
  const pieces: Piece[] = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const here = names.find(({ sign }) => sign.length > 1 && text.startsWith(sign, at));
    if (here === undefined) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain !== "") pieces.push({ kind: "text", text: plain });
    plain = "";
    pieces.push({ kind: "mention", text: here.sign, userId: here.userId });
    at += here.sign.length;
  }
  if (plain !== "") pieces.push({ kind: "text", text: plain });
  return pieces;
}

/** Say whether a text is nothing but one to three emoji: those are shown large. */
export function isBigEmoji(body: string): boolean {
  const text = body.trim();
  if (text.length > 40 || !/^[\p{Extended_Pictographic}\p{Emoji_Component}\s]+$/u.test(text)) return false;
  if (!/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(text)) return false;
  const signs = [...new Intl.Segmenter().segment(text.replace(/\s/gu, ""))];
  return signs.length <= 3;
}
