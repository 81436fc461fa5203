import {
  EventType,
  KnownMembership,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  type Room,
  RoomEvent,
} from "matrix-js-sdk";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { INVITE } from "../../model/call";
import { NOTIFICATION } from "../../model/groupRing";
import { unescaped } from "../../model/link";
import { isToBeTold } from "../../model/notify";
import { useClient } from "../../shell/client";
import { heardBy } from "../chats/ignored";
import { chatName, sentenceIn } from "../chats/rooms";
import { invitation, isOfTwo } from "../contacts/people";
import { closeWhenOver } from "./closeWhenOver";
import { keptNotify } from "./keptNotify";
import { goWhereTapped, show } from "./shown";
import { ring } from "./sound";

const REQUESTS = "/contacts/requests";

interface Told {
  readonly title: string;
  readonly words: string;
  readonly path: string;
}

/** Tell what is said while the app is open but not looked at, and who asks for an answer, in the browser's own way. */
export function useNotifications(): void {
  const client = useClient();
  const { t } = useTranslation();
  useEffect(() => {
    /** Tell it where it is wanted, and return whether it is. */
    function tell(event: MatrixEvent, room: Room, { title, words, path }: Told): boolean {
      const choice = keptNotify();
      const said = {
        isMine: event.getSender() === client.getUserId(),
        isWanted: client.getPushActionsForEvent(event)?.notify === true,
        // As the server has it: the clock of this device may be wrong.
        ageMs: event.getLocalAge(),
        isSeen: document.visibilityState === "visible" && document.hasFocus() && isOpen(path),
      };
      if (!isToBeTold(choice, said)) return false;
      if (choice.hasSound) ring();
      const about = { roomId: room.roomId, eventId: event.getId() ?? "", path };
      if (choice.showsText) show(title, words, about);
      else show(t("app.name"), t("notify.something"), about);
      return true;
    }

    function tellSaid(event: MatrixEvent, room: Room): boolean {
      // It rings (`features/calls`).
      if (event.getType() === INVITE || event.getType() === NOTIFICATION) return false;
      const sentence = sentenceIn(room, event, t);
      const words = isOfTwo(room) ? sentence : `${event.sender?.name ?? ""}: ${sentence}`;
      return tell(event, room, {
        title: chatName(client, room, t),
        words,
        path: `/chats/${encodeURIComponent(room.roomId)}`,
      });
    }

    function heard(event: MatrixEvent, room: Room | undefined, toStart?: boolean): void {
      if (room === undefined || toStart || !isPresent(client) || !heardBy(client)(event)) return;
      const weigh = (): void => {
        // Its key may come after it, and only what it says decides whether it is wanted.
        if (tellSaid(event, room) || !event.isDecryptionFailure())
          event.off(MatrixEventEvent.Decrypted, weigh);
      };
      if (event.isEncrypted()) event.on(MatrixEventEvent.Decrypted, weigh);
      if (!event.isEncrypted() || event.getClearContent() !== null) weigh();
    }

    function invited(room: Room, membership: string): void {
      if (membership !== KnownMembership.Invite || !isPresent(client)) return;
      // The room has its name a moment later.
      queueMicrotask(() => tellInvited(room));
    }

    function tellInvited(room: Room): void {
      const event = room.currentState.getStateEvents(EventType.RoomMember, client.getSafeUserId());
      const { userId, name, kind, group } = invitation(client, room);
      if (event === null || client.getIgnoredUsers().includes(userId)) return;
      tell(event, room, { title: name, words: t(`contacts.wants_${kind}`, { group }), path: REQUESTS });
    }

    client.on(RoomEvent.Timeline, heard);
    client.on(RoomEvent.MyMembership, invited);
    const ends = [goWhereTapped(), closeWhenOver(client)];
    return () => {
      client.off(RoomEvent.Timeline, heard);
      client.off(RoomEvent.MyMembership, invited);
      for (const end of ends) end();
    };
  }, [client, t]);
}

/** Say whether what arrives is new: the first answer of the server brings what was there before. */
function isPresent(client: MatrixClient): boolean {
  return client.isInitialSyncComplete();
}

/** Say whether a place, or one that belongs to it, is what the page shows. */
function isOpen(path: string): boolean {
  return `${unescaped(location.pathname)}/`.startsWith(`${unescaped(path)}/`);
}
