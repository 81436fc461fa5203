/** What is kept of the list of chats, to show it before the client is there. Pure. */
import type { Chat } from "./chatList";

/** A screen and a bit: more is not seen before the real list is there. */
const CHATS_MAX = 20;
/** More of a line is not seen. */
const LINE_MAX = 120;

export interface KeptChat extends Chat {
  /** Whose picture, or which colour, stands before it. */
  readonly face: string;
}

export function keptOf(chats: readonly Chat[], faceOf: (roomId: string) => string): KeptChat[] {
  return chats.slice(0, CHATS_MAX).map((chat) => ({
    ...chat,
    name: chat.name.slice(0, LINE_MAX),
    preview: chat.preview.slice(0, LINE_MAX),
    draft: chat.draft?.slice(0, LINE_MAX) ?? null,
    face: faceOf(chat.roomId),
  }));
}

/** Return what was kept. Another version may have written it: what is not as it should be is left out. */
export function readKept(text: string | null): KeptChat[] {
  try {
    const read: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(read) ? read.filter(isKept).slice(0, CHATS_MAX) : [];
  } catch {
    return [];
  }
}

function isKept(value: unknown): value is KeptChat {
  if (typeof value !== "object" || value === null) return false;
  const kept = value as Record<string, unknown>;
  const has = (type: string, ...names: (keyof KeptChat)[]) =>
    names.every((name) => typeof kept[name] === type);
  return (
    has("string", "roomId", "name", "preview", "face") &&
    has("number", "at", "unread") &&
    has("boolean", "marked", "muted", "pinned", "invited", "isOfficial") &&
    (kept["draft"] === null || has("string", "draft"))
  );
}
