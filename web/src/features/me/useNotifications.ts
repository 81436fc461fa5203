import { type MatrixClient, type MatrixEvent, MatrixEventEvent, type Room, RoomEvent } from "matrix-js-sdk";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { INVITE } from "../../model/call";
import { isToBeTold } from "../../model/notify";
import { useClient } from "../../shell/client";
import { heardBy } from "../chats/ignored";
import { sentenceOf } from "../chats/rooms";
import { keptNotify } from "./keptNotify";
import { ring } from "./sound";

/** Tell what is said while the app is open but not looked at, in the browser's own way. */
export function useNotifications(): void {
  const client = useClient();
  const { t } = useTranslation();
  useEffect(() => {
    function tell(event: MatrixEvent, room: Room): void {
      // It rings (`features/calls`).
      if (event.getType() === INVITE) return;
      const choice = keptNotify();
      const said = {
        isMine: event.getSender() === client.getUserId(),
        isWanted: client.getPushActionsForEvent(event)?.notify === true,
        ageMs: Date.now() - event.getTs(),
        isSeen: document.visibilityState === "visible" && document.hasFocus() && isOpen(room.roomId),
      };
      if (!isToBeTold(choice, said)) return;
      const words = choice.showsText ? wordsOf(event, room) : t("notify.something");
      if (choice.hasSound) ring();
      show(choice.showsText ? room.name : "Courtyard", words, room.roomId);
    }

    function wordsOf(event: MatrixEvent, room: Room): string {
      const sentence = sentenceOf(event, t);
      return room.getJoinedMemberCount() <= 2 ? sentence : `${event.sender?.name ?? ""}: ${sentence}`;
    }

    function heard(event: MatrixEvent, room: Room | undefined, toStart?: boolean): void {
      if (room === undefined || toStart || !isPresent(client) || !heardBy(client)(event)) return;
      if (!event.isEncrypted() || event.getClearContent() !== null) tell(event, room);
      // Only what it says decides whether it is wanted.
      else event.once(MatrixEventEvent.Decrypted, () => tell(event, room));
    }

    client.on(RoomEvent.Timeline, heard);
    return () => {
      client.off(RoomEvent.Timeline, heard);
    };
  }, [client, t]);
}

/** Say whether what arrives is new: the first answer of the server brings what was there before. */
function isPresent(client: MatrixClient): boolean {
  return client.isInitialSyncComplete();
}

function isOpen(roomId: string): boolean {
  return decodeURIComponent(location.pathname.split("/")[2] ?? "") === roomId;
}

/** Show it. On phones only the service worker may. */
function show(title: string, body: string, roomId: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const options = { body, tag: roomId, icon: "/icons/icon-192.png" };
  try {
    const shown = new Notification(title, options);
    shown.onclick = () => {
      window.focus();
      // The router listens to the history.
      history.pushState(null, "", `/chats/${encodeURIComponent(roomId)}`);
      shown.close();
    };
  } catch {
    navigator.serviceWorker?.ready
      .then((worker) => worker.showNotification(title, options))
      // No worker, no notification: the list of chats counts it.
      .catch(() => undefined);
  }
}
