/** What is written, as the content that is sent. Pure. spec: client-server-api#mroommessage */
import type { Named } from "./text";

export interface Written {
  readonly text: string;
  /** Those whose names were chosen while writing. */
  readonly mentioned: readonly Named[];
  readonly replyTo?: string | null;
  /** The thread it belongs to, and the last message in it (for clients that know no threads). */
  readonly thread?: { readonly root: string; readonly last: string } | null;
  /** The message that it takes the place of. */
  readonly edits?: string | null;
}

/** Return the content of a message. */
export function contentOf({ text, mentioned, replyTo, thread, edits }: Written): Record<string, unknown> {
  const said = words(text, mentioned);
  if (edits) {
    return {
      ...said,
      body: `* ${text}`,
      "m.new_content": said,
      "m.relates_to": { rel_type: "m.replace", event_id: edits },
    };
  }
  return related(said, { replyTo: replyTo ?? null, thread: thread ?? null });
}

/** What a message answers, and the thread it is said in. */
export interface Belonging {
  readonly replyTo: string | null;
  readonly thread: { readonly root: string; readonly last: string } | null;
}

/** Return a content with what it answers and the thread it belongs to. */
export function related(
  content: Readonly<Record<string, unknown>>,
  { replyTo, thread }: Belonging,
): Record<string, unknown> {
  const relation = relationOf(replyTo, thread);
  return relation === null ? { ...content } : { ...content, "m.relates_to": relation };
}

/** Return how a message hangs together with others, or null when it stands alone. */
function relationOf(replyTo: string | null, thread: Belonging["thread"]): Record<string, unknown> | null {
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

function words(text: string, mentioned: readonly Named[]): Record<string, unknown> {
  const present = mentioned.filter(({ name }) => text.includes(`@${name}`));
  const ids = [...new Set(present.map(({ userId }) => userId))];
  const said = {
    msgtype: "m.text",
    body: text,
    "m.mentions": ids.length === 0 ? {} : { user_ids: ids },
  };
  if (present.length === 0) return said;
  return { ...said, format: "org.matrix.custom.html", formatted_body: html(text, present) };
}

/** Other clients show a name as a link to the person only when it is one. */
function html(text: string, mentioned: readonly Named[]): string {
  let out = escaped(text).replaceAll("\n", "<br>");
  for (const { userId, name } of [...mentioned].sort((a, b) => b.name.length - a.name.length)) {
    const link = `<a href="https://matrix.to/#/${encodeURIComponent(userId)}">${escaped(name)}</a>`;
    out = out.replaceAll(`@${escaped(name)}`, link);
  }
  return out;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** What is forwarded: the message itself, without what tied it to where it was. */
export function forwarded(content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { "m.relates_to": _relation, "m.mentions": _mentions, "m.new_content": _new, ...kept } = content;
  return { ...kept, "m.mentions": {} };
}
