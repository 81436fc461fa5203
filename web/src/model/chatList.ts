/** The list of chats. Pure: rows in, rows in their order out. */
import { daysBetween } from "./days";

export interface Chat {
  readonly roomId: string;
  readonly name: string;
  readonly preview: string;
  /** Unix milliseconds of what was said last; 0: nothing yet. */
  readonly at: number;
  readonly unread: number;
  /** Marked as unread by oneself, to come back to it. */
  readonly marked: boolean;
  readonly muted: boolean;
  readonly pinned: boolean;
  readonly invited: boolean;
  /** The server itself speaks here: the account's standing. */
  readonly isOfficial: boolean;
  readonly draft: string | null;
}

/** Pinned ones first, invitations next, then the newest. */
export function inOrder(chats: readonly Chat[]): Chat[] {
  return [...chats].sort(
    (a, b) =>
      Number(b.pinned) - Number(a.pinned) ||
      Number(b.invited) - Number(a.invited) ||
      b.at - a.at ||
      (a.roomId < b.roomId ? -1 : 1),
  );
}

/** What the tab shows: messages that want attention. Muted chats want none. */
export function unreadOf(chats: readonly Chat[]): number {
  return chats.reduce((sum, chat) => sum + wanted(chat), 0);
}

function wanted(chat: Chat): number {
  if (chat.muted) return 0;
  return (chat.unread === 0 && chat.marked ? 1 : chat.unread) + Number(chat.invited);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Return a format. To make one takes longer than to draw a row. */
function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${language} ${Object.keys(options).join(" ")}`;
  let made = formats.get(name);
  if (made === undefined) {
    made = new Intl.DateTimeFormat(language, options);
    formats.set(name, made);
  }
  return made;
}

/** Return when something was said, short: the time today, the weekday this week, else the date. */
export function shortTime(at: number, now: number, language: string): string {
  const days = daysBetween(at, now);
  if (days <= 0) return format(language, { hour: "2-digit", minute: "2-digit" }).format(at);
  if (days < 7) return format(language, { weekday: "short" }).format(at);
  const withYear = new Date(at).getFullYear() !== new Date(now).getFullYear();
  const date = { month: "numeric", day: "numeric" } as const;
  return format(language, withYear ? { ...date, year: "numeric" } : date).format(at);
}
