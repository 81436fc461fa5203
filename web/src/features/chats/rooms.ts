/** Rooms of the Matrix client as rows and messages of ours. */

import type { TFunction } from "i18next";
import {
  ClientEvent,
  type EmittedEvents,
  EventType,
  KnownMembership,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  NotificationCountType,
  PushRuleKind,
  type Room,
  RoomEvent,
  RoomMemberEvent,
} from "matrix-js-sdk";
import type { Chat } from "../../model/chatList";
import { isNoticesRoom } from "../standing/notices";

/** What may change the list of chats. */
export const LIST_EVENTS: readonly EmittedEvents[] = [
  ClientEvent.Room,
  ClientEvent.AccountData,
  RoomEvent.Timeline,
  RoomEvent.Name,
  RoomEvent.MyMembership,
  RoomEvent.LocalEchoUpdated,
  RoomEvent.Tags,
  RoomMemberEvent.Name,
  MatrixEventEvent.Decrypted,
];

/** Return every chat, in no order. */
export function chatsOf(client: MatrixClient, t: TFunction): Chat[] {
  return client
    .getRooms()
    .filter((room) => isOf(room, KnownMembership.Join) || isOf(room, KnownMembership.Invite))
    .map((room) => chatOf(client, room, t));
}

function isOf(room: Room, membership: string): boolean {
  return room.getMyMembership() === membership;
}

function chatOf(client: MatrixClient, room: Room, t: TFunction): Chat {
  const last = lastSaid(room);
  const invited = isOf(room, KnownMembership.Invite);
  return {
    roomId: room.roomId,
    name: isNoticesRoom(room) ? t("notices.name") : room.name,
    preview: invited ? t("chats.invited") : last === null ? "" : previewOf(client, last, room, t),
    at: last?.getTs() ?? (invited ? Date.now() : 0),
    unread: room.getUnreadNotificationCount(NotificationCountType.Total),
    muted: isMuted(client, room),
    pinned: "m.favourite" in room.tags,
    invited,
    isOfficial: isNoticesRoom(room),
    draft: localStorage.getItem(`courtyard.draft.${room.roomId}`),
  };
}

function isMuted(client: MatrixClient, room: Room): boolean {
  const rule = client.getRoomPushRule("global", room.roomId);
  const override = client.pushRules?.global[PushRuleKind.Override]?.find(
    (one) => one.rule_id === room.roomId,
  );
  return rule?.actions.length === 0 || override?.actions.length === 0;
}

const SAID: readonly string[] = [
  EventType.RoomMessage,
  EventType.RoomMessageEncrypted,
  EventType.Sticker,
  "org.courtyard.payment",
];

function lastSaid(room: Room): MatrixEvent | null {
  const events = [...room.getLiveTimeline().getEvents(), ...room.getPendingEvents()];
  for (const event of events.reverse()) {
    if (SAID.includes(event.getType()) && !event.isRedacted() && !event.isRelation("m.replace")) return event;
  }
  return null;
}

/** Return a message in one line: whose it is (in groups), and what it says. */
function previewOf(client: MatrixClient, event: MatrixEvent, room: Room, t: TFunction): string {
  const said = sentenceOf(event, t);
  if (room.getJoinedMemberCount() <= 2) return said;
  const sender = event.getSender() === client.getUserId() ? t("chats.you") : (event.sender?.name ?? "");
  return `${sender}: ${said}`;
}

const KINDS: Record<string, string> = {
  "m.image": "chats.photo",
  "m.video": "chats.video",
  "m.audio": "chats.voice",
  "m.file": "chats.file",
};

/** Return what an event says, as text. */
export function sentenceOf(event: MatrixEvent, t: TFunction): string {
  if (event.isDecryptionFailure() || event.getType() === EventType.RoomMessageEncrypted)
    return t("chats.undecryptable");
  if (event.getType() === EventType.Sticker) return t("chats.sticker");
  if (event.getType() === "org.courtyard.payment") return t("chats.payment");
  const content = event.getContent();
  const kind = KINDS[String(content["msgtype"])];
  return kind === undefined ? String(content["body"] ?? "") : t(kind);
}
