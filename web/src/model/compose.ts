/** What is written, as the content that is sent. Pure. spec: client-server-api#mroommessage */
import { nameIn, pinContent, placeIn } from "./location";
import { textOf } from "./said";
import type { Named } from "./text";
import type { Content } from "./timeline";

export interface Written {
  readonly text: string;
  /** Those whose names were chosen while writing. */
  readonly mentioned: readonly Named[];
  readonly replyTo?: string | null;
  /** The thread it belongs to, and the last message in it (for clients that know no threads). */
  readonly thread?: Thread | null;
  /** The message that it takes the place of. */
  readonly edits?: string | null;
  /** What kind of message that is: it stays one. */
  readonly kind?: unknown;
  /** The text as HTML (`model/markdown.ts`), when that says more. */
  readonly html?: string | null;
}

/** Say whether a text may have signs in it that mean something: only then is it worth asking `model/markdown.ts`. */
export function mayBeFormatted(text: string): boolean {
  return /[*_`[]|\|\||^ {0,3}>\s|^\s*(?:-|\d{1,9}[.)])\s/m.test(text);
}

export interface Thread {
  readonly root: string;
  readonly last: string;
}

/** Other kinds of words than plain ones: what somebody does, and what a program says. */
const KINDS: readonly unknown[] = ["m.emote", "m.notice"];

/** Return the content of a message. */
export function contentOf(written: Written): Record<string, unknown> {
  const { text, mentioned, replyTo, thread, edits, kind, html } = written;
  const said = { ...words(text, mentioned, html ?? null), ...(KINDS.includes(kind) && { msgtype: kind }) };
  if (edits) {
    return {
      ...said,
      body: `* ${text}`,
      ...("formatted_body" in said && { formatted_body: `* ${said["formatted_body"]}` }),
      "m.new_content": said,
      "m.relates_to": { rel_type: "m.replace", event_id: edits },
    };
  }
  return { ...said, ...relating(replyTo ?? null, thread ?? null) };
}

/** Return the part of a content that ties it to others; nothing when it stands alone. */
export function relating(replyTo: string | null, thread: Thread | null): Record<string, unknown> {
  const relation = relationOf(replyTo, thread);
  return relation === null ? {} : { "m.relates_to": relation };
}

/** Return how a message hangs together with others, or null when it stands alone. */
function relationOf(replyTo: string | null, thread: Thread | null): Record<string, unknown> | null {
  if (thread) {
    return {
      rel_type: "m.thread",
      event_id: thread.root,
      is_falling_back: replyTo === null,
      "m.in_reply_to": { event_id: replyTo ?? thread.last },
    };
  }
  return replyTo === null ? null : { "m.in_reply_to": { event_id: replyTo } };
}

function words(text: string, mentioned: readonly Named[], html: string | null): Record<string, unknown> {
  const present = mentioned.filter(({ name }) => text.includes(`@${name}`));
  const ids = [...new Set(present.map(({ userId }) => userId))];
  const said = {
    msgtype: "m.text",
    body: text,
    "m.mentions": ids.length === 0 ? {} : { user_ids: ids },
  };
  const formatted = html ?? (present.length === 0 ? null : plainHtml(text, present));
  return formatted === null ? said : { ...said, format: "org.matrix.custom.html", formatted_body: formatted };
}

/** Other clients show a name as a link to the person only when it is one. */
function plainHtml(text: string, mentioned: readonly Named[]): string {
  let out = escaped(text).replaceAll("\n", "<br>");
  for (const { userId, name } of [...mentioned].sort((a, b) => b.name.length - a.name.length)) {
    out = out.replaceAll(`@${escaped(name)}`, personAnchor(userId, name));
  }
  return out;
}

/** Return a person as other clients know them in a message. */
export function personAnchor(userId: string, name: string): string {
  return `<a href="https://matrix.to/#/${encodeURIComponent(userId)}">${escaped(name)}</a>`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** What is forwarded: the message itself, without what tied it to where it was, and to who said it when. */
export function forwarded(content: Content): Record<string, unknown> {
  const { "m.relates_to": _relation, "m.mentions": _mentions, "m.new_content": _new, ...kept } = content;
  const place = content["msgtype"] === "m.location" ? placeIn(content) : null;
  const said = place === null ? withoutQuote(content, kept) : pinContent(place, nameIn(content));
  return { ...said, "m.mentions": {} };
}

/** Older clients repeat in a message what it answers. */
function withoutQuote(content: Content, kept: Content): Content {
  const html = kept["formatted_body"];
  return {
    ...kept,
    ...("body" in kept && { body: textOf(content) }),
    ...(typeof html === "string" && { formatted_body: html.replace(/<mx-reply>[\s\S]*?<\/mx-reply>/i, "") }),
  };
}
