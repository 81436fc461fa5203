/** What can be shown of an encrypted room, message by message, and exactly that. docs/manual/evidence.md */
import { EventType, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import { recordOf, wordOf } from "../../model/fields";
import { open } from "../../model/megolm";
import type { Disclosure } from "../../protocol/conduct";

/** Messages that one report discloses at the most. */
export const DISCLOSED_MAX = 20;
/** How many on each side of the reported one are offered. */
const AROUND = 15;

/** A message that can be shown. */
export interface Showable {
  readonly event: MatrixEvent;
  readonly id: string;
  readonly isReported: boolean;
  readonly isReadable: boolean;
}

export function isEncrypted(event: MatrixEvent): boolean {
  return event.getWireType() === EventType.RoomMessageEncrypted;
}

/** Return the encrypted messages around one, the oldest first, with that one among them. */
export function showable(client: MatrixClient, roomId: string, eventId: string): Showable[] {
  const room = client.getRoom(roomId);
  // It may stand far above what was said last, or in a thread.
  const timeline = room?.getTimelineForEvent(eventId) ?? room?.getLiveTimeline();
  const events = (timeline?.getEvents() ?? []).filter(
    (one) => isEncrypted(one) && !one.isRedacted() && one.status === null,
  );
  const place = events.findIndex((one) => one.getId() === eventId);
  const near = place < 0 ? [] : events.slice(Math.max(0, place - AROUND), place + AROUND + 1);
  return near.map((event) => ({
    event,
    id: event.getId() ?? "",
    isReported: event.getId() === eventId,
    isReadable: !event.isDecryptionFailure() && event.getType() !== EventType.RoomMessageEncrypted,
  }));
}

/** The key of a session, as this device exports it. */
export interface RoomKey {
  readonly session_id: string;
  readonly session_key: string;
}

/** Return the keys of one room. The device exports those of all rooms at once, which takes time where there are many. */
export async function roomKeys(client: MatrixClient, roomId: string): Promise<RoomKey[]> {
  const keys = (await client.getCrypto()?.exportRoomKeys()) ?? [];
  return keys.filter((one) => one.room_id === roomId);
}

/** Open messages with the keys of their room: what they say, word for word, and for each the key of it alone.
 *
 *  Those that do not open are left out.
 */
export async function disclose(
  keys: readonly RoomKey[],
  events: readonly MatrixEvent[],
): Promise<Disclosure[]> {
  const found: Disclosure[] = [];
  for (const event of events) {
    const wire = event.getWireContent();
    const session = keys.find((one) => one.session_id === wire["session_id"]);
    if (session === undefined) continue;
    const opened = await open(session.session_key, wordOf(wire["ciphertext"])).catch(() => null);
    if (opened === null) continue;
    const { plaintext, messageKey } = opened;
    found.push({ event_id: event.getId() ?? "", plaintext, message_key: messageKey });
  }
  return found;
}

/** Return what a disclosed message says, in one text. */
export function saidIn(plaintext: Record<string, unknown>): string {
  const content = recordOf(plaintext["content"]);
  if (content === null) return "";
  const { body } = content;
  return typeof body === "string" ? body : wordOf(plaintext["type"]);
}
