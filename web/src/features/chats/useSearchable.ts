import {
  ClientEvent,
  type EventTimeline,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
} from "matrix-js-sdk";
import { useCallback, useState } from "react";
import { coveredIn } from "../../model/formatted";
import { textOf } from "../../model/said";
import type { Found } from "../../model/search";
import { useClient, useFromClient } from "../../shell/client";
import { wordsNow } from "./facts";
import { heardBy } from "./ignored";
import { isFirst, piecesUpTo } from "./timelines";

const EVENTS = [
  RoomEvent.Timeline,
  MatrixEventEvent.Decrypted,
  RoomEvent.Redaction,
  ClientEvent.AccountData,
] as const;
const PAGE = 100;

/** Return every message with words that this device has loaded and can read, and the way to more of them. */
export function useSearchable(roomId: string | null) {
  const client = useClient();
  const [isLoading, setLoading] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const read = useCallback(
    (from: MatrixClient) => {
      const rooms = roomsOf(from, roomId);
      const isHeard = heardBy(from);
      const found = rooms.flatMap((room) =>
        eventsOf(room)
          .filter(isHeard)
          .flatMap((event) => foundOf(room, event)),
      );
      // The first message of a thread is there twice: in the chat and in its thread.
      const messages = [...new Map(found.map((one) => [one.id, one])).values()];
      return { messages, isWhole: rooms.every((room) => oldestOf(room) === null) };
    },
    [roomId],
  );
  const { messages, isWhole } = useFromClient(EVENTS, read);

  /** Fetch one more page of each chat. */
  async function loadMore(): Promise<void> {
    setLoading(true);
    setFailed(false);
    try {
      for (const room of roomsOf(client, roomId)) {
        const oldest = oldestOf(room);
        if (oldest === null) continue;
        await client.paginateEventTimeline(oldest, { backwards: true, limit: PAGE });
        await Promise.all(oldest.getEvents().map((event) => client.decryptEventIfNeeded(event)));
      }
    } catch {
      setFailed(true);
    }
    setLoading(false);
  }

  return { messages, isWhole, isLoading, hasFailed, loadMore };
}

function roomsOf(client: MatrixClient, roomId: string | null): Room[] {
  const joined = client.getRooms().filter((room) => room.getMyMembership() === "join");
  return roomId === null ? joined : joined.filter((room) => room.roomId === roomId);
}

/** Return the timeline that more can be put before, or null when all is there. */
function oldestOf(room: Room): EventTimeline | null {
  const [oldest] = piecesUpTo(room.getLiveTimeline());
  return oldest === undefined || isFirst(oldest) ? null : oldest;
}

function eventsOf(room: Room): MatrixEvent[] {
  const threads = room.getThreads().flatMap((thread) => thread.events);
  return [...piecesUpTo(room.getLiveTimeline()).flatMap((one) => one.getEvents()), ...threads];
}

function foundOf(room: Room, event: MatrixEvent): Found[] {
  if (event.getType() !== "m.room.message" || event.isRedacted() || event.isRelation("m.replace")) return [];
  const { content } = wordsNow(event);
  const text = coveredIn(content, textOf(content));
  const id = event.getId();
  if (text === "" || id === undefined) return [];
  const root = event.threadRootId;
  const isRoot = root === undefined || root === id;
  return [
    {
      roomId: room.roomId,
      id,
      threadId: isRoot ? null : root,
      sender: event.getSender() ?? "",
      at: event.getTs(),
      text,
    },
  ];
}
