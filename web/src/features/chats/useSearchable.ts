import {
  ClientEvent,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
} from "matrix-js-sdk";
import { useCallback, useEffect, useRef, useState } from "react";
import { momentOf } from "../../model/fields";
import { coveredIn } from "../../model/formatted";
import { textOf } from "../../model/said";
import type { Found } from "../../model/search";
import { useClient, useFromClient } from "../../shell/client";
import { wordsNow } from "./facts";
import { heardBy } from "./ignored";
import { lookBack, oldestOf } from "./lookBack";
import { piecesUpTo } from "./timelines";

const EVENTS = [
  RoomEvent.Timeline,
  MatrixEventEvent.Decrypted,
  RoomEvent.Redaction,
  ClientEvent.AccountData,
] as const;

/** Return every message with words that this device has loaded and can read, and the way to more of them. */
export function useSearchable(roomId: string | null) {
  const client = useClient();
  const [isLoading, setLoading] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  /** Which search is under way: an older one that still waits for its page ends with it. */
  const run = useRef(0);
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

  useEffect(() => stop, []);

  /** No more is fetched; what is on its way still arrives. */
  function stop(): void {
    run.current += 1;
    setLoading(false);
  }

  /** Go on looking at what is older, for so many pages, until it is enough. */
  async function lookFurther(pages: number, isEnough: () => boolean): Promise<void> {
    run.current += 1;
    const mine = run.current;
    setLoading(true);
    setFailed(false);
    const isOver = () => run.current !== mine || isEnough();
    const isDone = await lookBack(client, roomsOf(client, roomId), pages, isOver).then(
      () => true,
      () => false,
    );
    if (run.current !== mine) return;
    setFailed(!isDone);
    setLoading(false);
  }

  return { messages, isWhole, isLoading, hasFailed, lookFurther, stop };
}

function roomsOf(client: MatrixClient, roomId: string | null): Room[] {
  const joined = client.getRooms().filter((room) => room.getMyMembership() === "join");
  return roomId === null ? joined : joined.filter((room) => room.roomId === roomId);
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
  const root: unknown = event.threadRootId;
  return [
    {
      roomId: room.roomId,
      id,
      threadId: typeof root !== "string" || root === id ? null : root,
      sender: event.getSender() ?? "",
      at: momentOf(event.getTs()),
      text,
    },
  ];
}
