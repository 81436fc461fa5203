import { type MatrixClient, ReceiptType, type Room, RoomEvent } from "matrix-js-sdk";
import { useCallback, useEffect, useState } from "react";
import { byTime, firstAfter, type Reader } from "../../model/readers";
import type { Timeline } from "../../model/timeline";
import { useClient, useFromClient } from "../../shell/client";
import { privacyOf } from "../me/usePrivacy";
import { isMarkedUnread, markUnread } from "./roomMarks";
import { useConnection } from "./useConnection";

/** Tell the server how far one has read, while the newest message is in sight. What could not be told is told when there is a connection again. */
export function useReading(room: Room, threadId: string | null, timeline: Timeline, isAtEnd: boolean): void {
  const client = useClient();
  const isVisible = useIsVisible();
  const isOnline = useConnection();
  useEffect(() => {
    if (isAtEnd && isVisible && isOnline && timeline.order.length > 0) tellRead(client, room, threadId);
  }, [client, room, threadId, timeline, isAtEnd, isVisible, isOnline]);
}

/** Tell that everything in a chat, or in one thread of it, has been read: what is said in the threads of a chat is read there.
 *
 *  Who chose that others do not see it still has the same count on every device: the receipt is then a private one.
 */
export function tellRead(client: MatrixClient, room: Room, threadId: string | null): void {
  const thread = threadId === null ? null : room.getThread(threadId);
  const live = threadId === null ? room.getLiveTimeline() : thread?.liveTimeline;
  const newest = live?.getEvents().at(-1);
  const id = newest?.getId() ?? "";
  if (newest === undefined || newest.status !== null || id === threadId) return;
  // The mark can be taken away again by hand: nothing else hangs on it.
  if (isMarkedUnread(room)) markUnread(client, room, false).catch(() => undefined);
  const me = client.getSafeUserId();
  const told = RECEIPT_KINDS.map((kind) => (thread ?? room).getReadReceiptForUserId(me, true, kind)?.eventId);
  if (told.includes(id)) return;
  client.sendReadReceipt(newest, receiptKind(client)).catch(() => undefined);
  if (threadId === null) markFullyRead(client, room, id);
}

/** Other clients begin where this stands. */
function markFullyRead(client: MatrixClient, room: Room, id: string): void {
  client.setRoomReadMarkersHttpRequest(room.roomId, id).catch(() => undefined);
}

/** Take a whole chat as read, threads too. */
export async function markRead(client: MatrixClient, room: Room): Promise<void> {
  if (isMarkedUnread(room)) await markUnread(client, room, false);
  const newest = room.getLastLiveEvent();
  if (newest === undefined || newest.status !== null) return;
  await client.sendReadReceipt(newest, receiptKind(client), true);
  const last = room.getLiveTimeline().getEvents().at(-1)?.getId();
  if (last !== undefined) markFullyRead(client, room, last);
}

const RECEIPT_KINDS = [ReceiptType.Read, ReceiptType.ReadPrivate] as const;

function receiptKind(client: MatrixClient): ReceiptType {
  return privacyOf(client).receipts ? ReceiptType.Read : ReceiptType.ReadPrivate;
}

function useIsVisible(): boolean {
  const [isVisible, setVisible] = useState(() => document.visibilityState === "visible");
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return isVisible;
}

const RECEIPTS = [RoomEvent.Receipt] as const;
/** In a crowd nobody looks at every message who of them has read it. */
const READERS_MAX = 50;

export interface Reading {
  /** How many others, of the first few, have read a message and all before it. */
  readonly count: (id: string) => number;
  /** Everybody who has, and when at the latest. Who does not want it told is not among them. */
  readonly readers: (id: string) => readonly Reader[];
}

/** Return who has read what. */
export function useReaders(room: Room): Reading {
  const read = useCallback(
    (client: MatrixClient): Reading => {
      const others = room.getJoinedMembers().filter(({ userId }) => userId !== client.getUserId());
      const few = others.slice(0, READERS_MAX);
      const reading = (among: typeof others, id: string) =>
        // What has only just been sent is not in the room yet: nobody has read it.
        room.findEventById(id) === undefined
          ? []
          : among.filter(({ userId }) => room.hasUserReadEvent(userId, id));
      return {
        count: (id) => reading(few, id).length,
        readers: (id) =>
          byTime(reading(others, id).map(({ userId }) => ({ userId, at: readAt(room, userId, id) }))),
      };
    },
    [room],
  );
  return useFromClient(RECEIPTS, read);
}

/** The earliest of their receipts that came after the message. */
function readAt(room: Room, userId: string, id: string): number | null {
  const event = room.findEventById(id);
  const threadId = event?.threadRootId;
  const thread = threadId === undefined ? null : room.getThread(threadId);
  const times = [
    room.getReadReceiptForUserId(userId)?.data.ts,
    room.getLastUnthreadedReceiptFor(userId)?.ts,
    thread?.getReadReceiptForUserId(userId)?.data.ts,
  ];
  return firstAfter(times, event?.getTs() ?? 0);
}
