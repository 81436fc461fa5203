import "./chats.css";
import "./talk.css";
import type { MatrixClient, Room } from "matrix-js-sdk";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useClient, useFromClient } from "../../shell/client";
import type { PageProps } from "../../shell/routes";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { Waiting } from "../../widgets/Waiting";
import { Conversation } from "./Conversation";
import { LIST_EVENTS } from "./rooms";

/** What is said under one message. */
export function ThreadPage({ params }: PageProps) {
  const roomId = params["roomId"] ?? "";
  const threadId = params["eventId"] ?? "";
  const { t } = useTranslation();
  const client = useClient();
  const [state, setState] = useState<"opening" | "open" | "failed">("opening");
  const read = useCallback(
    (from: MatrixClient) => {
      const room = from.getRoom(roomId);
      return { room, name: room?.name ?? "" };
    },
    [roomId],
  );
  const { room, name } = useFromClient(LIST_EVENTS, read);

  useEffect(() => {
    if (room === null) return;
    open(client, room, threadId).then(
      () => setState("open"),
      () => setState("failed"),
    );
  }, [client, room, threadId]);

  const back = `/chats/${encodeURIComponent(roomId)}`;
  return (
    <>
      <TopBar title={t("talk.thread_in", { name })} back={back} />
      {room === null || state === "failed" ? (
        <Result kind="plain" title={t("talk.not_here")} text={t("talk.not_here_hint")} />
      ) : state === "opening" ? (
        <Waiting />
      ) : (
        <Conversation room={room} threadId={threadId} goTo={params["saidId"] ?? null} />
      )}
    </>
  );
}

/** A thread begins with a message that has no thread yet: it may be opened before anything is said in it. */
async function open(client: MatrixClient, room: Room, threadId: string): Promise<void> {
  if (room.getThread(threadId) !== null) return;
  let root = room.findEventById(threadId);
  if (root === undefined) {
    root = client.getEventMapper()(await client.fetchRoomEvent(room.roomId, threadId));
    await client.decryptEventIfNeeded(root);
  }
  room.createThread(threadId, root, [], false);
}
