/** Who begins a group's call tells the others: what of it counts, and for how long. Pure.
 *
 *  As in MSC4075, but for one rule. There, only who may mention the whole room may tell the whole room; most groups leave that to their admins,
 *  and then most calls would be heard of by nobody. Here it counts that the room has let them into the call, which the caller of these
 *  functions looks up.
 */
import type { Content } from "./timeline";

export const NOTIFICATION = "org.matrix.msc4075.rtc.notification";
/** spec: MSC4310 */
export const DECLINE = "org.matrix.msc4310.rtc.decline";

/** Where a group's one call is: everything else is something else's. */
const SLOT = "m.call#ROOM";
const LIFETIME_MS_MAX = 2 * 60_000;

export interface Told {
  readonly me: string;
  readonly sender: string;
  readonly content: Content;
  /** Unix milliseconds, by the sender's server. */
  readonly at: number;
  /** How long ago that was. */
  readonly ageMs: number;
}

export interface Ring {
  /** It is to be heard, and not only seen. */
  readonly isLoud: boolean;
  readonly isVideo: boolean;
  readonly leftMs: number;
}

/** Return what a notification asks for; null: nothing, or nothing any more. */
export function ringOf({ me, sender, content, at, ageMs }: Told): Ring | null {
  const { lifetime, sender_ts: sentAt, slot_id: slot = SLOT } = content;
  if (sender === me || slot !== SLOT || !isWhole(lifetime) || !isWhole(sentAt)) return null;
  if (!isMeant(content["m.mentions"], me)) return null;
  // What waited on the sender's device is older than the server knows.
  const leftMs = Math.min(lifetime, LIFETIME_MS_MAX) - Math.max(0, ageMs) - Math.max(0, at - sentAt);
  if (leftMs <= 0) return null;
  return {
    isLoud: content["notification_type"] === "ring",
    isVideo: content["m.call.intent"] === "video",
    leftMs,
  };
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function isMeant(mentions: unknown, me: string): boolean {
  if (typeof mentions !== "object" || mentions === null) return false;
  const { room, user_ids: users } = mentions as Record<string, unknown>;
  return room === true || (Array.isArray(users) && users.includes(me));
}

/** Return what is declined; null: nothing. */
export function declinedBy(content: Content): string | null {
  const about = content["m.relates_to"];
  if (typeof about !== "object" || about === null) return null;
  const { event_id: id, rel_type: kind } = about as Record<string, unknown>;
  return kind === "m.reference" && typeof id === "string" ? id : null;
}

/** Return what says that one does not come to a call that one was told of. */
export function declining(eventId: string): Content {
  return { "m.relates_to": { rel_type: "m.reference", event_id: eventId } };
}
