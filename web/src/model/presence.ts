/** When somebody was here, in words that grow vaguer. Pure. */

import { wordOf } from "./fields";

export interface Presence {
  readonly state: string;
  /** Unix milliseconds by this device's clock; null: not said. */
  readonly activeAt: number | null;
}

export type Shown =
  | { readonly kind: "here" }
  | { readonly kind: "seen"; readonly unit: "minute" | "hour" | "day"; readonly count: number };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** What is longer ago says nothing about now. */
const DAYS_MAX = 7;

/** Return what is shown of somebody; null: nothing. Without a connection nobody knows whether they still are here. */
export function shownOf(presence: Presence | null, now: number, isReached = true): Shown | null {
  if (presence === null) return null;
  if (presence.state === "online" && isReached) return { kind: "here" };
  if (presence.activeAt === null) return null;
  const ago = Math.max(0, now - presence.activeAt);
  if (ago < HOUR_MS) return { kind: "seen", unit: "minute", count: Math.max(1, Math.floor(ago / MINUTE_MS)) };
  if (ago < DAY_MS) return { kind: "seen", unit: "hour", count: Math.floor(ago / HOUR_MS) };
  const days = Math.floor(ago / DAY_MS);
  return days > DAYS_MAX ? null : { kind: "seen", unit: "day", count: days };
}

/** Read what the server says of somebody. Anything may stand there. */
export function presenceFrom(content: Readonly<Record<string, unknown>>, now: number): Presence {
  const ago = content["last_active_ago"];
  const isTime = typeof ago === "number" && Number.isFinite(ago) && ago >= 0;
  return { state: wordOf(content["presence"]), activeAt: isTime ? now - ago : null };
}
