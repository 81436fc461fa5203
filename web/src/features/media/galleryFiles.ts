/** The files of one conversation, those of its threads among them. */
import { MatrixEventEvent, type Room, RoomEvent } from "matrix-js-sdk";
import { useCallback, useMemo } from "react";
import { type Said, saidOf } from "../../model/said";
import { initial, type Timeline } from "../../model/timeline";
import { useFromClient } from "../../shell/client";
import { factOf } from "../chats/facts";
import { attachmentOf } from "./attachment";

/** What changes which files are in a thread. */
const EVENTS = [RoomEvent.Timeline, MatrixEventEvent.Decrypted, RoomEvent.Redaction] as const;

export interface GalleryFile {
  readonly said: Said;
  /** The first message of the thread that it stands in. */
  readonly threadId: string | null;
}

/** Return the files of a conversation, the oldest first: of what is loaded. */
export function useGalleryFiles(roomId: string, timeline: Timeline, me: string): readonly GalleryFile[] {
  const inThreads = useFromClient(
    EVENTS,
    useCallback((client) => filesOfThreads(client.getRoom(roomId), me), [roomId, me]),
  );
  return useMemo(() => merged(filesIn(timeline, me, null), inThreads), [timeline, inThreads, me]);
}

export function filesOfThreads(room: Room | null, me: string): readonly GalleryFile[] {
  if (room === null) return [];
  const isEncrypted = room.hasEncryptionStateEvent();
  return room.getThreads().flatMap(({ id, events }) => {
    const timeline = initial(events.map((event) => factOf(event, isEncrypted)));
    return filesIn(timeline, me, id);
  });
}

function filesIn(timeline: Timeline, me: string, threadId: string | null): GalleryFile[] {
  const { order, facts } = timeline;
  return order.flatMap((id) => {
    const fact = facts.get(id);
    // Most messages are text: they are passed over quickly.
    if (fact === undefined || fact.about !== undefined || attachmentOf(fact) === null) return [];
    const said = saidOf(timeline, id, me);
    return said !== null && attachmentOf(said)?.source ? [{ said, threadId }] : [];
  });
}

/** The first message of a thread is in the chat and in the thread: it is shown as one of the chat. */
function merged(inChat: readonly GalleryFile[], inThreads: readonly GalleryFile[]): readonly GalleryFile[] {
  const known = new Set(inChat.map(({ said }) => said.id));
  const more = inThreads.filter(({ said }) => !known.has(said.id));
  return more.length === 0 ? inChat : [...inChat, ...more].sort((one, other) => one.said.at - other.said.at);
}
