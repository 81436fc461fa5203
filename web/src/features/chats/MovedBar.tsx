import { type MatrixClient, type Room, RoomEvent } from "matrix-js-sdk";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useAttempt } from "../../shell/attempt";
import { useClient, useFromClient } from "../../shell/client";
import { BusyButton } from "../../widgets/BusyButton";
import { Wrong } from "../../widgets/Wrong";
import { follow, successorOf } from "./moved";

const EVENTS = [RoomEvent.Timeline] as const;

/** Say whether a chat goes on in another room. */
export function useMoved(room: Room): boolean {
  return useFromClient(
    EVENTS,
    useCallback((_: MatrixClient) => successorOf(room) !== null, [room]),
  );
}

/** Stands where one would write, when the chat goes on in a new room: the way there. */
export function MovedBar({ room }: { room: Room }) {
  const { t } = useTranslation();
  const client = useClient();
  const [, go] = useLocation();
  const { wrong, attempt } = useAttempt();

  async function goOn(): Promise<void> {
    const successor = await follow(client, room);
    if (successor !== null) go(`/chats/${encodeURIComponent(successor)}`, { replace: true });
  }

  return (
    <footer className="composing moved">
      <p>{t("talk.notice.tombstone")}</p>
      <Wrong text={wrong} />
      <BusyButton className="button primary" onPress={() => attempt(goOn)}>
        {t("talk.go_on")}
      </BusyButton>
    </footer>
  );
}
