/** People of the Matrix client as contacts of ours, and what can be done about them. */
import {
  ClientEvent,
  type EmittedEvents,
  KnownMembership,
  type MatrixClient,
  Preset,
  type Room,
  RoomEvent,
  RoomMemberEvent,
  RoomStateEvent,
  UserEvent,
  Visibility,
} from "matrix-js-sdk";
import { type Contact, type Remarks, withRemark } from "../../model/contacts";
import { localPart } from "../../model/userId";
import { type Content, change } from "../../protocol/accountData";

export const PEOPLE_EVENTS: readonly EmittedEvents[] = [
  ClientEvent.Room,
  ClientEvent.AccountData,
  RoomEvent.MyMembership,
  RoomEvent.Name,
  RoomMemberEvent.Name,
  RoomStateEvent.Members,
  UserEvent.AvatarUrl,
  UserEvent.DisplayName,
  UserEvent.Presence,
];

/** Where one's own words about people are kept: for all devices of one's own, and nobody else. */
const REMARKS = "org.courtyard.contacts";
const DIRECT = "m.direct";
type Direct = Record<string, string[]>;

function kept<T extends object>(client: MatrixClient, type: string): T {
  return { ...client.getAccountData(type as never)?.getContent<T>() } as T;
}

async function keep(client: MatrixClient, type: string, content: object): Promise<void> {
  await client.setAccountData(type as never, content as never);
}

export interface Request {
  readonly roomId: string;
  readonly userId: string;
  readonly name: string;
  readonly mxc: string | null;
  /** A person who wants to chat, a group one is invited to, or somebody who asks to come into a group of one's own. */
  readonly kind: "person" | "group" | "knock";
  readonly group: string;
}

/** Return the rooms in which one chats with one person, by person. */
function directRooms(client: MatrixClient): Map<string, Room[]> {
  const found = new Map<string, Room[]>();
  for (const [userId, roomIds] of Object.entries(kept<Direct>(client, DIRECT))) {
    const rooms = roomIds.map((id) => client.getRoom(id)).filter((room) => room !== null);
    found.set(
      userId,
      rooms.filter((room) => room.getMyMembership() === KnownMembership.Join),
    );
  }
  return found;
}

/** Return the chat of two with somebody; null while there is none. */
export function directRoom(client: MatrixClient, userId: string): string | null {
  return directRooms(client).get(userId)?.[0]?.roomId ?? null;
}

/** Say with whom a room is a chat of two; null: it is none. */
export function partnerIn(client: MatrixClient, roomId: string): string | null {
  const found = Object.entries(kept<Direct>(client, DIRECT)).find(([, ids]) => ids.includes(roomId));
  return found?.[0] ?? client.getRoom(roomId)?.getDMInviter() ?? null;
}

/** Return everybody whom one chats with. */
export function contactsOf(client: MatrixClient): Contact[] {
  const blocked = new Set(client.getIgnoredUsers());
  return [...directRooms(client)]
    .filter(([userId, rooms]) => rooms.length > 0 && !blocked.has(userId) && userId !== client.getUserId())
    .map(([userId]) => contactOf(client, userId));
}

/** Say whether there is a chat with somebody already. */
export function isContact(client: MatrixClient, userId: string): boolean {
  return (directRooms(client).get(userId) ?? []).length > 0;
}

export function contactOf(client: MatrixClient, userId: string): Contact {
  const said = kept<Remarks>(client, REMARKS).people?.[userId];
  return { userId, name: nameOf(client, userId), remark: said?.remark ?? "", tags: said?.tags ?? [] };
}

/** Return what somebody calls themselves, as far as it is known here. */
export function nameOf(client: MatrixClient, userId: string): string {
  // Until it is told, the SDK says the id.
  const known = [client.getUser(userId)?.displayName, memberOf(client, userId)?.rawDisplayName];
  return known.find((name) => name && name !== userId) || localPart(userId);
}

export function mxcOf(client: MatrixClient, userId: string): string | null {
  return client.getUser(userId)?.avatarUrl ?? memberOf(client, userId)?.getMxcAvatarUrl() ?? null;
}

function memberOf(client: MatrixClient, userId: string) {
  for (const room of client.getRooms()) {
    const member = room.getMember(userId);
    if (member !== null) return member;
  }
  return null;
}

/** A group: people, and no part of the app that keeps its own kind of rooms. */
export function isGroup(client: MatrixClient, room: Room): boolean {
  return room.getType() === undefined && partnerIn(client, room.roomId) === null;
}

export function groupsOf(client: MatrixClient): Room[] {
  return client
    .getRooms()
    .filter((room) => room.getMyMembership() === KnownMembership.Join && isGroup(client, room));
}

/** Return the groups that both are in. */
export function commonGroups(client: MatrixClient, userId: string): Room[] {
  return groupsOf(client).filter((room) => room.getMember(userId)?.membership === KnownMembership.Join);
}

/** Return whoever waits for an answer. */
export function requestsOf(client: MatrixClient): Request[] {
  const blocked = new Set(client.getIgnoredUsers());
  const requests = client.getRooms().flatMap((room): Request[] => {
    if (room.getMyMembership() === KnownMembership.Invite) return [invitation(client, room)];
    return knocksIn(client, room);
  });
  return requests.filter((request) => !blocked.has(request.userId));
}

/** Return the request that an invitation is: from a person, or into a group. */
export function invitation(client: MatrixClient, room: Room): Request {
  const me = room.getMember(client.getSafeUserId());
  const userId = room.getDMInviter() ?? me?.events.member?.getSender() ?? "";
  const isPerson = Boolean(room.getDMInviter());
  return {
    roomId: room.roomId,
    userId,
    name: nameOf(client, userId),
    mxc: mxcOf(client, userId),
    kind: isPerson ? "person" : "group",
    group: isPerson ? "" : room.name,
  };
}

export function knocksIn(client: MatrixClient, room: Room): Request[] {
  if (room.getMyMembership() !== KnownMembership.Join || !room.canInvite(client.getSafeUserId())) return [];
  return room.getMembersWithMembership(KnownMembership.Knock).map((member) => ({
    roomId: room.roomId,
    userId: member.userId,
    name: member.name,
    mxc: member.getMxcAvatarUrl() ?? null,
    kind: "knock",
    group: room.name,
  }));
}

/** Say yes to a request. Returns the room that one is in then. */
export async function accept(client: MatrixClient, request: Request): Promise<string> {
  // Before one is in: who leaves in between would have a chat of nobody's.
  if (request.kind === "person") await rememberDirect(client, request.userId, request.roomId);
  if (request.kind === "knock") await client.invite(request.roomId, request.userId);
  else await client.joinRoom(request.roomId);
  return request.roomId;
}

export async function decline(client: MatrixClient, request: Request): Promise<void> {
  if (request.kind === "knock") await client.kick(request.roomId, request.userId);
  else await client.leave(request.roomId);
}

/** Of whom one hears nothing, as every Matrix client keeps it. spec: client-server-api#ignoring-users */
export const BLOCKED = "m.ignored_user_list";

/** Return whom such a list names. */
export function blockedIn(content: Content): string[] {
  const listed = content["ignored_users"];
  return typeof listed === "object" && listed !== null ? Object.keys(listed) : [];
}

/** Hear nothing of somebody from now on. They are not told. */
export async function block(client: MatrixClient, userId: string, isBlocked = true): Promise<void> {
  await change(client, BLOCKED, (before) => {
    const others = blockedIn(before).filter((one) => one !== userId);
    const listed = isBlocked ? [...others, userId] : others;
    return { ignored_users: Object.fromEntries(listed.map((one) => [one, {}])) };
  });
}

async function rememberDirect(client: MatrixClient, userId: string, roomId: string): Promise<void> {
  const direct = kept<Direct>(client, DIRECT);
  const rooms = new Set([...(direct[userId] ?? []), roomId]);
  await keep(client, DIRECT, { ...direct, [userId]: [...rooms] });
}

/** Return the chat with somebody; one that is encrypted from its first word is begun when there is none. */
export async function openDirect(client: MatrixClient, userId: string): Promise<string> {
  const existing = directRooms(client).get(userId)?.[0];
  if (existing !== undefined) return existing.roomId;
  // Who is not there cannot be invited: ask before a room is made for nobody.
  await client.getProfileInfo(userId);
  const { room_id: roomId } = await client.createRoom({
    preset: Preset.TrustedPrivateChat,
    visibility: Visibility.Private,
    invite: [userId],
    is_direct: true,
    initial_state: [ENCRYPTION],
  });
  await rememberDirect(client, userId, roomId);
  return roomId;
}

export const ENCRYPTION = {
  type: "m.room.encryption",
  state_key: "",
  content: { algorithm: "m.megolm.v1.aes-sha2" },
};

/** Keep one's own name and tags for somebody. */
export async function remark(
  client: MatrixClient,
  userId: string,
  words: string,
  tags: readonly string[],
): Promise<void> {
  await keep(client, REMARKS, withRemark(kept<Remarks>(client, REMARKS), userId, words, tags));
}
