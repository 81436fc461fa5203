/** What is written, as the content that is sent. Pure. spec: client-server-api#mroommessage */
import { nameIn, pinContent, placeIn } from "./location";
import { kindOf } from "./media";
import { EVERYBODY, spokenTo, stillNamed } from "./mentions";
import { PREVIEWS } from "./preview";
import { textOf } from "./said";
import { asHtml, type Named } from "./text";
import type { Content } from "./timeline";

export interface Written {
  readonly text: string;
  /** Those whose names were chosen while writing. */
  readonly mentioned: readonly Named[];
  /** Those who are spoken to without being named: who wrote what is answered. */
  readonly unnamed?: readonly string[];
  /** Of another wording: whom the one before it spoke to (`m.mentions`). They are not told again. */
  readonly told?: unknown;
  readonly replyTo?: string | null;
  /** The thread it belongs to, and the last message in it (for clients that know no threads). */
  readonly thread?: Thread | null;
  /** The message that it takes the place of. */
  readonly edits?: string | null;
  /** What that message says as it stands (its content): it stays of its kind; a file stays, and only what is said about it changes. */
  readonly of?: Content | null;
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
  const { text, replyTo, thread, edits, of } = written;
  const said: Content = { ...words(written), ...keptOf(of ?? {}) };
  if (edits) {
    return {
      ...said,
      "m.mentions": newOnes(said["m.mentions"], written.told),
      body: `* ${text}`,
      ...("formatted_body" in said && { formatted_body: `* ${said["formatted_body"]}` }),
      "m.new_content": said,
      "m.relates_to": { rel_type: "m.replace", event_id: edits },
    };
  }
  return { ...said, ...relating(replyTo ?? null, thread ?? null) };
}

/** Return what stays of a message when its words are others. */
function keptOf(content: Content): Content {
  const { msgtype } = content;
  if (kindOf("m.room.message", content) === null) return KINDS.includes(msgtype) ? { msgtype } : {};
  const { body: _, format: _1, formatted_body: _2, ...rest } = content;
  const { "m.mentions": _3, "m.relates_to": _4, "m.new_content": _5, [PREVIEWS]: _6, ...file } = rest;
  return file;
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

function words({ text, mentioned, unnamed, html }: Written): Record<string, unknown> {
  const present = stillNamed(text, mentioned);
  const ids = [...present.map(({ userId }) => userId), ...(unnamed ?? [])];
  const people = present.filter(({ userId }) => userId !== EVERYBODY);
  const said = { msgtype: "m.text", body: text, "m.mentions": mentionsOf(ids) };
  return { ...said, ...asHtml(html ?? (people.length === 0 ? null : plainHtml(text, people))) };
}

/** Return `m.mentions`. spec: client-server-api#user-and-room-mentions */
function mentionsOf(all: readonly string[]): Record<string, unknown> {
  const ids = [...new Set(all)].filter((id) => id !== EVERYBODY);
  return { ...(ids.length > 0 && { user_ids: ids }), ...(all.includes(EVERYBODY) && { room: true }) };
}

/** Of another wording, only those are told who were not spoken to before. */
function newOnes(now: unknown, before: unknown): Record<string, unknown> {
  const { ids, room } = spokenTo(now);
  const told = spokenTo(before);
  const added = ids.filter((id) => !told.ids.includes(id));
  return mentionsOf(room && !told.room ? [...added, EVERYBODY] : added);
}

/** Other clients show a name as a link to the person only when it is one. */
function plainHtml(text: string, mentioned: readonly Named[]): string {
  let out = escaped(text).replaceAll("\n", "<br>");
  for (const { userId, name } of [...mentioned].sort((a, b) => b.name.length - a.name.length)) {
    const anchor = personAnchor(userId, name);
    // As a text, a name with "$&" in it would put in again what it takes the place of.
    out = out.replaceAll(`@${escaped(name)}`, () => anchor);
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
