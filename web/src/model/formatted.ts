/** Formatted messages of others, as far as they are shown. Pure. spec: client-server-api#mroommessage-msgtypes
 *
 *  What another client wrote is taken apart into this tree and drawn from it: nothing that is not named here can come through.
 *  Colours are left out (they can hide words, and be unreadable on the other theme), pictures are their words (they would be fetched from
 *  where their writer likes).
 */
import { textOf } from "./said";
import { FORMAT } from "./text";
import type { Content } from "./timeline";

export type Formatted = string | FormattedElement;

export interface FormattedElement {
  readonly tag: Tag;
  /** Of a link: where it leads. */
  readonly href?: string;
  /** Of a list: its first number. */
  readonly start?: number;
  /** Of what is covered until it is pressed: why, or "". */
  readonly covered?: string;
  readonly children: readonly Formatted[];
}

/** Drawn as themselves. */
const TAGS = [
  ...[
    "p",
    "div",
    "span",
    "blockquote",
    "pre",
    "code",
    "ul",
    "ol",
    "li",
    "br",
    "hr",
    "a",
    "details",
    "summary",
  ],
  ...["b", "strong", "i", "em", "u", "s", "del", "sup", "sub", "h1", "h2", "h3", "h4", "h5", "h6"],
  ...["table", "thead", "tbody", "tr", "th", "td", "caption"],
] as const;

export type Tag = (typeof TAGS)[number];

/** Everything that is let through, for the cleaner. `mx-reply` and `img` come only as far as `toTree`. */
export const LET_THROUGH = {
  tags: [...TAGS, "strike", "font", "img", "mx-reply"],
  attributes: ["href", "start", "alt", "data-mx-spoiler"],
} as const;

const KNOWN: ReadonlySet<string> = new Set(TAGS);
const EMPTY: ReadonlySet<string> = new Set(["br", "hr"]);

/** Deeper than this, only the words are left. */
export const DEPTH_MAX = 20;
/** A message of more parts is shown as plain text. */
export const PARTS_MAX = 3_000;

/** What `toTree` needs to know of a part of a document. */
export interface Source {
  /** In small letters; "" of text. */
  readonly tag: string;
  readonly text: string;
  readonly get: (attribute: string) => string | null;
  readonly children: () => Iterable<Source>;
}

/** Return the tree of a cleaned document, or null when it is too large or says nothing. */
export function toTree(sources: Iterable<Source>): readonly Formatted[] | null {
  let parts = 0;
  function all(some: Iterable<Source>, depth: number): Formatted[] {
    const out: Formatted[] = [];
    for (const one of some) {
      parts += 1;
      if (parts > PARTS_MAX) break;
      out.push(...take(one, depth));
    }
    return out;
  }
  function take(one: Source, depth: number): readonly Formatted[] {
    if (one.tag === "") return one.text === "" ? [] : [one.text];
    // An older way to repeat what is answered: it is shown already.
    if (one.tag === "mx-reply") return [];
    if (one.tag === "img") return [one.get("alt") ?? ""];
    const tag = one.tag === "strike" ? "del" : one.tag;
    if (EMPTY.has(tag)) return [{ tag: tag as Tag, children: [] }];
    const children = all(one.children(), depth + 1);
    if (!KNOWN.has(tag)) return children;
    const made = element(tag as Tag, one, children);
    if (depth < DEPTH_MAX) return [coveredWhole(made)];
    return made.covered === undefined ? children : [{ ...made, children: [wordsOf(children)] }];
  }
  const tree = all(sources, 0);
  return parts > PARTS_MAX || wordsOf(tree).trim() === "" ? null : tree;
}

function element(tag: Tag, source: Source, children: readonly Formatted[]): FormattedElement {
  if (tag === "a") {
    const href = hrefOf(source.get("href") ?? "");
    return href === null ? { tag: "span", children } : { tag, href, children };
  }
  if (tag === "ol") {
    const start = Number(source.get("start") ?? 1);
    return Number.isSafeInteger(start) && start !== 1 ? { tag, start, children } : { tag, children };
  }
  const covered = tag === "span" ? source.get("data-mx-spoiler") : null;
  return covered === null ? { tag, children } : { tag, covered, children };
}

/** Drawn with their words alone: nothing lies within them that could be pressed. */
const WORDS_ALONE: ReadonlySet<string> = new Set(["a", "pre", "code"]);

/** A cover within a link or within code is one over all of it. */
function coveredWhole(made: FormattedElement): FormattedElement {
  const covered = WORDS_ALONE.has(made.tag) ? coverAmong(made.children) : undefined;
  return covered === undefined ? made : { tag: "span", covered, children: [made] };
}

function coverAmong(tree: readonly Formatted[]): string | undefined {
  for (const one of tree) {
    const covered = typeof one === "string" ? undefined : (one.covered ?? coverAmong(one.children));
    if (covered !== undefined) return covered;
  }
  return undefined;
}

const SAFE = ["http:", "https:", "mailto:", "matrix:"];

/** Return an address that may be followed, as the browser would read it; null for any other. */
export function hrefOf(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && SAFE.includes(url.protocol) ? url.href : null;
}

/** Return where a link leads, in a few words, when its own words do not say it; else null. */
export function leadsTo(words: string, href: string): string | null {
  const url = new URL(href);
  const place = url.protocol === "mailto:" ? url.pathname : url.host;
  const said = words.trim().toLowerCase();
  const isSaid = [href, place, `${place}/`, href.replace(/\/$/, "")].some(
    (one) => one.toLowerCase() === said,
  );
  return isSaid || place === "" ? null : place;
}

export function wordsOf(tree: readonly Formatted[]): string {
  return tree.map((one) => (typeof one === "string" ? one : wordsOf(one.children))).join("");
}

/** Return the HTML that came along with a message, if it did. */
export function htmlIn(content: Content): string | null {
  const html = content["formatted_body"];
  return content["format"] === FORMAT && typeof html === "string" && html !== "" ? html : null;
}

/** Return a message as one line: what is covered in it stays covered. */
export function lineIn(content: Content): string {
  return coveredIn(content, textOf(content)).replaceAll("\n", " ");
}

const COVER = "▒▒▒▒";

/** Return words of a message with a cover over what its formatted form covers. Some clients put signs around that in the plain text; of others
 *  one cannot tell what it is: then it is all of it.
 */
export function coveredIn(content: Content, text: string): string {
  if (text === "" || !htmlIn(content)?.includes("data-mx-spoiler")) return text;
  const shown = text.replace(/\|\|[\s\S]+?\|\|/g, COVER);
  return shown === text ? COVER : shown;
}
