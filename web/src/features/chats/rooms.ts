/** Rooms of the Matrix client as rows and messages of ours. */

import type { TFunction } from "i18next";
import {
  ClientEvent,
  type EmittedEvents,
  KnownMembership,
  type MatrixClient,
  type MatrixEvent,
  MatrixEventEvent,
  NotificationCountType,
  RelationType,
  type Room,
  RoomEvent,
  RoomMemberEvent,
} from "matrix-js-sdk";
import type { Chat } from "../../model/chatList";
import { momentOf } from "../../model/fields";
import { MESSAGES } from "../../model/rows";
import { isOwnStickerRoom } from "../../protocol/stickerRoom";
import { isOfTwo, remarkOf, roomName } from "../contacts/people";
import { isNoticesRoom, noticeLine } from "../standing/notices";
import { wordsNow } from "./facts";
import { heardBy } from "./ignored";
import { keptChats } from "./keptChats";
import { lineOf } from "./lines";
import { isReplaced } from "./moved";
import { hiddenAt, isMarkedUnread, isMuted, isPinned } from "./roomMarks";
import { draftKey } from "./useDraft";

/** What may change the list of chats. */
export const LIST_EVENTS: readonly EmittedEvents[] = [
  ClientEvent.Room,
  ClientEvent.AccountData,
  RoomEvent.Timeline,
  RoomEvent.Name,
  RoomEvent.MyMembership,
  RoomEvent.LocalEchoUpdated,
  RoomEvent.Redaction,
  RoomEvent.AccountData,
  RoomEvent.Tags,
  RoomEvent.Receipt,
  RoomMemberEvent.Name,
  MatrixEventEvent.Decrypted,
];

/** Return every chat, in no order. */
export function chatsOf(client: MatrixClient, t: TFunction): Chat[] {
  return client
    .getRooms()
    .filter((room) => isOf(room, KnownMembership.Join) || isOf(room, KnownMembership.Invite))
    .flatMap((room) => {
      try {
        return listed(client, room, t);
      } catch (error) {
        reportOnce(room, error);
        return [bareChat(room)];
      }
    });
}

function listed(client: MatrixClient, room: Room, t: TFunction): Chat[] {
  if (isOwnStickerRoom(room) || isReplaced(client, room) || isUnheard(client, room)) return [];
  const chat = chatOf(client, room, t);
  return chat.isHidden ? [] : [chat];
}

/** A chat that cannot be summed up, by a fault of ours, takes no other one along: it can be opened, and left. */
function bareChat(room: Room): Chat {
  return {
    roomId: room.roomId,
    name: room.name,
    preview: "",
    at: momentOf(room.getLastActiveTimestamp()),
    unread: room.getUnreadNotificationCount(NotificationCountType.Total),
    muted: false,
    marked: false,
    pinned: false,
    invited: isOf(room, KnownMembership.Invite),
    isOfficial: false,
    draft: null,
  };
}

const reported = new WeakSet<Room>();

/** Where a developer looks, and where it fails a test: but not with each event that comes. */
function reportOnce(room: Room, error: unknown): void {
  if (!reported.has(room)) reportError(error);
  reported.add(room);
}

function isOf(room: Room, membership: string): boolean {
  return room.getMyMembership() === membership;
}

/** A blocked person asks one to come. */
function isUnheard(client: MatrixClient, room: Room): boolean {
  if (!isOf(room, KnownMembership.Invite)) return false;
  const inviter = room.getMember(client.getSafeUserId())?.events.member?.getSender();
  return inviter !== undefined && client.getIgnoredUsers().includes(inviter);
}

/** A chat, and whether it is hidden until something newer is said in it. */
type ListedChat = Chat & { readonly isHidden: boolean };

function chatOf(client: MatrixClient, room: Room, t: TFunction): ListedChat {
  const last = lastSaid(client, room);
  const invited = isOf(room, KnownMembership.Invite);
  // Where nothing said is here (a chat full of reactions, a new group), the newest of what did happen has to do.
  const at = momentOf(
    last?.getTs() ?? (invited ? invitedAt(client, room) : Math.max(0, room.getLastActiveTimestamp())),
  );
  const hidden = hiddenAt(room);
  return {
    roomId: room.roomId,
    name: chatName(client, room, t),
    preview: invited ? t("chats.invited") : last === null ? "" : previewOf(client, last, room, t),
    at,
    isHidden: hidden > 0 && at <= hidden,
    unread: room.getUnreadNotificationCount(NotificationCountType.Total),
    muted: isMuted(client, room),
    marked: isMarkedUnread(room),
    pinned: isPinned(room),
    invited,
    isOfficial: isNoticesRoom(room),
    draft: localStorage.getItem(draftKey(room.roomId, null)),
  };
}

/** Return what a chat is called where it is one of many. */
export function chatName(client: MatrixClient, room: Room, t: TFunction): string {
  return isNoticesRoom(room) ? t("notices.name") : roomName(client, room);
}

/** The newest message, in a thread too; what was deleted counts, so that the list shows that something was there. */
function lastSaid(client: MatrixClient, room: Room): MatrixEvent | null {
  const isHeard = heardBy(client);
  const isWanted = (event: MatrixEvent) => isSaid(event) && isHeard(event);
  const threads = room.getThreads().flatMap((thread) => thread.replyToEvent ?? []);
  const last =
    room.getPendingEvents().findLast(isWanted) ??
    room.getLiveTimeline().getEvents().findLast(isWanted) ??
    lastBefore(room, isWanted);
  return threads.filter(isWanted).reduce(newer, last);
}

/** After a pause the server leaves out much: what is newest may be in a piece from before it. */
function lastBefore(room: Room, isWanted: (event: MatrixEvent) => boolean): MatrixEvent | null {
  const pieces = room.getUnfilteredTimelineSet().getTimelines();
  return pieces.flatMap((piece) => piece.getEvents().findLast(isWanted) ?? []).reduce(newer, null);
}

function newer(newest: MatrixEvent | null, event: MatrixEvent): MatrixEvent {
  return newest === null || event.getTs() > newest.getTs() ? event : newest;
}

/** Return when one was invited. Many servers do not say it: then it is when it was first seen here. */
function invitedAt(client: MatrixClient, room: Room): number {
  const told: unknown = room.getMember(client.getSafeUserId())?.events.member?.getTs();
  if (typeof told === "number") return told;
  const seen = firstSeen.get(room) ?? keptChats().find(isInvitation(room))?.at ?? Date.now();
  firstSeen.set(room, seen);
  return seen;
}

const firstSeen = new WeakMap<Room, number>();
const isInvitation =
  ({ roomId }: Room) =>
  (chat: Chat) =>
    chat.invited && chat.roomId === roomId;

/** What is about something else is no message of its own, readable or not. */
function isSaid(event: MatrixEvent): boolean {
  const isMessage = MESSAGES.has(event.getType()) && event.getStateKey() === undefined;
  return isMessage && !ABOUT.some((kind) => event.isRelation(kind));
}

const ABOUT = [RelationType.Replace, RelationType.Annotation, RelationType.Reference] as const;

/** Return a message in one line: whose it is (in groups), and what it says. */
function previewOf(client: MatrixClient, event: MatrixEvent, room: Room, t: TFunction): string {
  const said = sentenceIn(room, event, t);
  if (isOfTwo(room)) return said;
  const sender = event.getSender() ?? "";
  if (sender === client.getUserId()) return `${t("chats.you")}: ${said}`;
  return `${remarkOf(client, sender) ?? event.sender?.name ?? ""}: ${said}`;
}

/** Return what an event of a room says, as one line of text: as the room itself would show it. */
export function sentenceIn(room: Room, event: MatrixEvent, t: TFunction): string {
  return noticeLine(room, event, t) ?? sentenceOf(event, t);
}

/** Return what an event says, as one line of text. */
export function sentenceOf(event: MatrixEvent, t: TFunction): string {
  const unreadable = event.isDecryptionFailure() ? { unreadable: "" } : {};
  return lineOf({ ...wordsNow(event), isRemoved: event.isRedacted(), ...unreadable }, t);
}
