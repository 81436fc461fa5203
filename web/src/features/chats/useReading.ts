import { type MatrixClient, ReceiptType, type Room, RoomEvent } from "matrix-js-sdk";
import { useCallback, useEffect, useState } from "react";
import type { Timeline } from "../../model/timeline";
import { useClient, useFromClient } from "../../shell/client";
import { privacyOf } from "../me/usePrivacy";
import { isMarkedUnread, markUnread } from "./roomMarks";

/** Tell the server how far one has read, while the newest message is in sight.
 *
 *  Who chose that others do not see it still has the same count on every device: the receipt is then a private one.
 */
export function useReading(room: Room, threadId: string | null, timeline: Timeline, isAtEnd: boolean): void {
  const client = useClient();
  const isVisible = useIsVisible();
  useEffect(() => {
    if (!isAtEnd || !isVisible || timeline.order.length === 0) return;
    const newest =
      threadId === null ? room.getLastLiveEvent() : room.getThread(threadId)?.liveTimeline.getEvents().at(-1);
    if (newest === undefined || newest.status !== null) return;
    // The mark can be taken away again by hand: nothing else hangs on it.
    if (isMarkedUnread(room)) markUnread(client, room, false).catch(() => undefined);
    const id = newest.getId() ?? "";
    if (room.getEventReadUpTo(client.getSafeUserId(), true) === id) return;
    // Without a connection it is told with the next message that is read.
    client.sendReadReceipt(newest, receiptKind(client), threadId === null).catch(() => undefined);
  }, [client, room, threadId, timeline, isAtEnd, isVisible]);
}

/** Take a whole chat as read, threads too. */
export async function markRead(client: MatrixClient, room: Room): Promise<void> {
  if (isMarkedUnread(room)) await markUnread(client, room, false);
  const newest = room.getLastLiveEvent();
  if (newest === undefined || newest.status !== null) return;
  await client.sendReadReceipt(newest, receiptKind(client), true);
}

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
/** In a crowd nobody looks who of them has read. */
const READERS_MAX = 50;

/** Return how many others have read a message and all before it. */
export function useReaders(room: Room): (id: string) => number {
  const read = useCallback(
    (client: MatrixClient) => {
      const others = room
        .getJoinedMembers()
        .filter(({ userId }) => userId !== client.getUserId())
        .slice(0, READERS_MAX);
      // What has only just been sent is not in the room yet: nobody has read it.
      return (id: string) =>
        room.findEventById(id) === undefined
          ? 0
          : others.filter(({ userId }) => room.hasUserReadEvent(userId, id)).length;
    },
    [room],
  );
  return useFromClient(RECEIPTS, read);
}
