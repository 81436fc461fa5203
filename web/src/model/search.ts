/** Looking for words in what is on this device. Pure. */
import { plain } from "./mentions";

export interface Found {
  readonly roomId: string;
  readonly id: string;
  readonly threadId: string | null;
  readonly sender: string;
  readonly at: number;
  readonly text: string;
}

/** What was looked through. */
export interface Covered {
  readonly messages: number;
  readonly chats: number;
  /** The oldest message that was looked at; 0: there was none. */
  readonly since: number;
}

const FOUND_MAX = 200;

/** Return what has all the words, the newest first. Words may stand anywhere in it: Chinese has no spaces to go by. */
export function look(messages: readonly Found[], query: string): Found[] {
  const words = plain(query)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  return messages
    .filter(({ text }) => {
      const said = plain(text);
      return words.every((word) => said.includes(word));
    })
    .sort((a, b) => b.at - a.at)
    .slice(0, FOUND_MAX);
}

export function covered(messages: readonly Found[]): Covered {
  return {
    messages: messages.length,
    chats: new Set(messages.map(({ roomId }) => roomId)).size,
    since: messages.reduce((oldest, { at }) => (oldest === 0 || at < oldest ? at : oldest), 0),
  };
}

/** Return a text around its first hit, short enough for a line or two, and the hit's place in it. */
export function excerpt(text: string, query: string): { before: string; hit: string; after: string } {
  const [word = ""] = query.trim().split(/\s+/);
  const at = text.toLowerCase().indexOf(word.toLowerCase());
  if (word === "" || at === -1) return { before: text.slice(0, 120), hit: "", after: "" };
  const start = at <= 30 ? 0 : at - 24;
  return {
    before: (start > 0 ? "…" : "") + text.slice(start, at),
    hit: text.slice(at, at + word.length),
    after: text.slice(at + word.length, at + 100),
  };
}
