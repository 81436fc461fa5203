/** A group of the Matrix client as ours, and what can be changed in it. */
import {
  ClientEvent,
  type EmittedEvents,
  EventType,
  KnownMembership,
  type MatrixClient,
  type Membership,
  Preset,
  type Room,
  RoomEvent,
  RoomMemberEvent,
  RoomStateEvent,
  Visibility,
} from "matrix-js-sdk";
import { wordOf } from "../../model/fields";
import {
  type Entry,
  entryOf,
  type FoundEntry,
  type FoundHistory,
  type History,
  historyOf,
  type Member,
  type Powers,
  type Role,
  type Who,
  whoInvites,
  whoSends,
  withInviters,
  withRole,
  withSenders,
} from "../../model/group";
import { changePowers } from "../../protocol/powers";
import { isMuted, isPinned } from "../chats/roomMarks";
import { ENCRYPTION } from "../contacts/people";
import type { SquarePicture } from "../me/squarePicture";
import { inviteAll, type Uninvited } from "./invite";

export const GROUP_EVENTS: readonly EmittedEvents[] = [
  ClientEvent.AccountData,
  RoomEvent.Name,
  RoomEvent.MyMembership,
  RoomEvent.Tags,
  RoomStateEvent.Update,
  RoomMemberEvent.PowerLevel,
];

export interface GroupMember extends Member {
  readonly mxc: string | null;
  readonly isMe: boolean;
  /** One may change their role, or take them out. */
  readonly canChange: boolean;
  readonly canRemove: boolean;
  /** One may take them out so that they cannot come back. */
  readonly canKeepOut: boolean;
}

/** Somebody who is not in the group, but whom it knows: they are invited, or kept out. */
export interface Outsider {
  readonly userId: string;
  readonly name: string;
  readonly mxc: string | null;
  /** One may take that back. */
  readonly canChange: boolean;
}

export interface Group {
  readonly name: string;
  readonly topic: string;
  readonly members: readonly GroupMember[];
  readonly invited: readonly Outsider[];
  readonly keptOut: readonly Outsider[];
  readonly entry: FoundEntry;
  readonly history: FoundHistory;
  readonly senders: Who;
  readonly inviters: Who;
  readonly isMuted: boolean;
  readonly isPinned: boolean;
  readonly canInvite: boolean;
  /** What one may change, by the type of its state. */
  readonly can: Readonly<Record<"name" | "topic" | "picture" | "entry" | "history" | "powers", boolean>>;
}

function content<T extends object>(room: Room, type: string): T {
  return (room.currentState.getStateEvents(type, "")?.getContent() ?? {}) as T;
}

export function groupOf(client: MatrixClient, room: Room): Group {
  const me = client.getSafeUserId();
  const may = (type: string) => room.currentState.maySendStateEvent(type, me);
  const powers = content<Powers>(room, EventType.RoomPowerLevels);
  return {
    name: room.name,
    topic: wordOf(content<{ topic?: unknown }>(room, EventType.RoomTopic).topic),
    members: membersOf(room, me, may(EventType.RoomPowerLevels)),
    invited: outsidersOf(room, me, KnownMembership.Invite, ["kick"]),
    // Who is let back in is, by the rules, first taken out anew.
    keptOut: outsidersOf(room, me, KnownMembership.Ban, ["ban", "kick"]),
    entry: entryOf(content<{ join_rule?: string }>(room, EventType.RoomJoinRules).join_rule),
    history: historyOf(
      content<{ history_visibility?: string }>(room, EventType.RoomHistoryVisibility).history_visibility,
    ),
    senders: whoSends(powers),
    inviters: whoInvites(powers),
    isMuted: isMuted(client, room),
    isPinned: isPinned(room),
    canInvite: room.canInvite(me),
    can: {
      name: may(EventType.RoomName),
      topic: may(EventType.RoomTopic),
      picture: may(EventType.RoomAvatar),
      entry: may(EventType.RoomJoinRules),
      history: may(EventType.RoomHistoryVisibility),
      powers: may(EventType.RoomPowerLevels),
    },
  };
}

function membersOf(room: Room, me: string, mayPower: boolean): GroupMember[] {
  const mine = room.getMember(me)?.powerLevel ?? 0;
  const may = (what: Removal) => room.currentState.hasSufficientPowerLevelFor(what, mine);
  return room.getMembersWithMembership(KnownMembership.Join).map((member) => {
    const isBelow = member.userId !== me && member.powerLevel < mine;
    return {
      userId: member.userId,
      name: member.name,
      power: member.powerLevel,
      mxc: member.getMxcAvatarUrl() ?? null,
      isMe: member.userId === me,
      canChange: isBelow && mayPower,
      canRemove: isBelow && may("kick"),
      canKeepOut: isBelow && may("ban"),
    };
  });
}

type Removal = "kick" | "ban";

function outsidersOf(room: Room, me: string, as: Membership, needed: readonly Removal[]): Outsider[] {
  const mine = room.getMember(me)?.powerLevel ?? 0;
  const may = needed.every((what) => room.currentState.hasSufficientPowerLevelFor(what, mine));
  return room.getMembersWithMembership(as).map((member) => ({
    userId: member.userId,
    name: member.name,
    mxc: member.getMxcAvatarUrl() ?? null,
    canChange: may && member.powerLevel < mine,
  }));
}

/** Make a group and invite people into it. It is there whoever of them could not be invited: they are `left`. */
export async function makeGroup(
  client: MatrixClient,
  name: string,
  people: readonly string[],
  picture: SquarePicture | null,
): Promise<{ roomId: string; left: readonly Uninvited[] }> {
  const mxc = picture === null ? null : await upload(client, picture);
  const state = [
    ENCRYPTION,
    // Who has its code may ask to come in; somebody inside decides.
    { type: EventType.RoomJoinRules, state_key: "", content: { join_rule: "knock" } },
    { type: EventType.RoomHistoryVisibility, state_key: "", content: { history_visibility: "invited" } },
  ];
  if (mxc !== null) state.push({ type: EventType.RoomAvatar, state_key: "", content: { url: mxc } } as never);
  const { room_id: roomId } = await client.createRoom({
    name: name.trim(),
    preset: Preset.PrivateChat,
    visibility: Visibility.Private,
    initial_state: state,
  });
  // Not with the room, where one person who takes no invitations would leave everybody without a group.
  return { roomId, left: await inviteAll(client, roomId, people) };
}

/** What a file is called on somebody's device is nobody else's business. */
async function upload(client: MatrixClient, picture: SquarePicture): Promise<string> {
  return (await client.uploadContent(picture, { name: "", includeFilename: false })).content_uri;
}

async function set(client: MatrixClient, room: Room, type: string, value: object): Promise<void> {
  await client.sendStateEvent(room.roomId, type as never, value as never, "");
}

export async function setPicture(client: MatrixClient, room: Room, picture: SquarePicture): Promise<void> {
  await set(client, room, EventType.RoomAvatar, { url: await upload(client, picture) });
}

export async function setEntry(client: MatrixClient, room: Room, entry: Entry): Promise<void> {
  await set(client, room, EventType.RoomJoinRules, { join_rule: entry });
}

export async function setHistory(client: MatrixClient, room: Room, history: History): Promise<void> {
  await set(client, room, EventType.RoomHistoryVisibility, { history_visibility: history });
}

export function setSenders(client: MatrixClient, room: Room, who: Who): Promise<void> {
  return changePowers<Powers>(client, room.roomId, (powers) => withSenders(powers, who));
}

export function setInviters(client: MatrixClient, room: Room, who: Who): Promise<void> {
  return changePowers<Powers>(client, room.roomId, (powers) => withInviters(powers, who));
}

export function setRole(client: MatrixClient, room: Room, userId: string, role: Role): Promise<void> {
  return changePowers<Powers>(client, room.roomId, (powers) => withRole(powers, userId, role));
}
