/** What somebody writes, with a few signs of Markdown, as HTML for others. Pure. Fetched only for a text that has such signs.
 *
 *  Bold, italic, code, quotes, lists, links, and ||what is covered||. Nothing else means anything: people write "5*3*2" and "¯\_(ツ)_/¯".
 */
import MarkdownIt, { type StateInline, type Token } from "markdown-it";
import { personAnchor } from "./compose";
import type { Named } from "./text";

const RULES = ["emphasis", "backticks", "fence", "blockquote", "list", "link", "newline"];

/** Where plain text ends and a rule may begin. */
const SIGNS = /[\n*_`[\]|@]/;

const SAFE = /^(?:https?|mailto|matrix):/i;

const markdown = made();

/** Return the HTML of a text, or null when it says no more than the text itself. */
export function htmlOf(text: string, mentioned: readonly Named[]): string | null {
  const env = { names: [...mentioned].sort((a, b) => b.name.length - a.name.length) };
  const tokens = markdown.parse(prepared(text), env);
  if (!tokens.some(saysMore)) return null;
  const only = tokens.length === 3 && tokens[0]?.type === "paragraph_open" ? tokens[1] : undefined;
  const html =
    only === undefined
      ? markdown.renderer.render(tokens, markdown.options, env)
      : markdown.renderer.renderInline(only.children ?? [], markdown.options, env);
  return html.replaceAll(ARROW, "&gt;").replaceAll(PLUS, "+").trim();
}

function made(): InstanceType<typeof MarkdownIt> {
  const it = new MarkdownIt("zero", { html: false, linkify: false, breaks: true }).enable(RULES);
  it.validateLink = (url) => SAFE.test(url.trim());
  it.inline.ruler.at("text", plain);
  it.inline.ruler.push("spoiler", spoiler);
  it.inline.ruler.push("mention", mention);
  it.renderer.rules["mention"] = (tokens, index) => {
    const { userId, name } = tokens[index]?.meta ?? {};
    return personAnchor(String(userId), String(name));
  };
  it.inline.State = class extends it.inline.State {
    override scanDelims(start: number): { can_open: boolean; can_close: boolean; length: number } {
      return delimiters(this.src, start, this.posMax);
    }
  };
  return it;
}

function plain(state: StateInline, silent: boolean): boolean {
  let at = state.pos;
  while (at < state.posMax && !SIGNS.test(state.src.charAt(at))) at += 1;
  if (at === state.pos) return false;
  if (!silent) state.pending += state.src.slice(state.pos, at);
  state.pos = at;
  return true;
}

/** A sign opens before a word and closes after one, also between Chinese characters and beside their punctuation; never within a word or
 *  a number of Latin letters, and never after a backslash.
 */
function delimiters(source: string, start: number, end: number) {
  let at = start;
  while (at < end && source.charAt(at) === source.charAt(start)) at += 1;
  const before = source.charAt(start - 1);
  const after = at < end ? source.charAt(at) : "";
  const isInside = /[A-Za-z0-9]/.test(before) && /[A-Za-z0-9]/.test(after);
  return {
    can_open: /\S/.test(after) && !isInside && before !== "\\",
    can_close: /\S/.test(before) && !isInside && before !== "\\",
    length: at - start,
  };
}

function spoiler(state: StateInline, silent: boolean): boolean {
  const { src, pos, posMax } = state;
  if (!src.startsWith("||", pos)) return false;
  const end = src.indexOf("||", pos + 2);
  if (end === -1 || end + 2 > posMax || src.slice(pos + 2, end).trim() === "") return false;
  if (!silent) {
    state.push("spoiler_open", "span", 1).attrs = [["data-mx-spoiler", ""]];
    state.pos = pos + 2;
    state.posMax = end;
    state.md.inline.tokenize(state);
    state.push("spoiler_close", "span", -1);
  }
  state.pos = end + 2;
  state.posMax = posMax;
  return true;
}

/** A name that was chosen while writing, whatever signs it has in it. */
function mention(state: StateInline, silent: boolean): boolean {
  if (state.src.charAt(state.pos) !== "@") return false;
  const { names } = state.env as { names: readonly Named[] };
  const person = names.find(({ name }) => state.src.startsWith(name, state.pos + 1));
  if (person === undefined || state.pos + 1 + person.name.length > state.posMax) return false;
  if (!silent) {
    if (state.linkLevel > 0) state.pending += `@${person.name}`;
    else state.push("mention", "a", 0).meta = { ...person };
  }
  state.pos += 1 + person.name.length;
  return true;
}

const PLAIN = new Set(["paragraph_open", "paragraph_close", "text", "softbreak", "hardbreak", "mention"]);

function saysMore(token: Token): boolean {
  return token.type === "inline" ? (token.children ?? []).some(saysMore) : !PLAIN.has(token.type);
}

// Two signs that begin a line but no quote and no list, until the text is HTML. No letter of any language has these numbers.
const ARROW = "\uE002";
const PLUS = "\uE003";

/** A quote begins with "> ", so that ">_<" is a face; and it ends with its line, as a list does: what follows is one's own. */
function prepared(text: string): string {
  const out: string[] = [];
  let isCode = false;
  let block = "";
  for (const line of text.replaceAll(/[\uE002\uE003]/g, "").split("\n")) {
    if (/^ {0,3}```/.test(line)) isCode = !isCode;
    const now = isCode ? "" : blockOf(line);
    if (block !== "" && now !== block && !(block === "list" && /^\s+\S/.test(line))) out.push("");
    out.push(
      isCode ? line : line.replace(/^( {0,3})>(?!\s)/, `$1${ARROW}`).replace(/^( {0,3})\+/, `$1${PLUS}`),
    );
    block = now;
  }
  return out.join("\n");
}

function blockOf(line: string): "quote" | "list" | "" {
  if (/^ {0,3}>\s/.test(line)) return "quote";
  return /^\s*(?:[-*]|\d{1,9}[.)])\s/.test(line) ? "list" : "";
}
