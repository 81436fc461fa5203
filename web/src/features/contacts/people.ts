/** People of the Matrix client as contacts of ours, and what can be done about them. */
import {
  ClientEvent,
  type EmittedEvents,
  EventType,
  KnownMembership,
  type MatrixClient,
  type Room,
  RoomEvent,
  type RoomMember,
  RoomMemberEvent,
  RoomStateEvent,
  UserEvent,
} from "matrix-js-sdk";
import { removeDirectionOverrideChars, removeHiddenChars } from "matrix-js-sdk/lib/utils";
import { type Contact, looksTheSame, type Remarks, withRemark } from "../../model/contacts";
import { wordOf } from "../../model/fields";
import { localPart } from "../../model/userId";
import { type Content, change, kept } from "../../protocol/accountData";
import { isReplaced } from "../chats/moved";

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
const directOf = (client: MatrixClient) => kept(client, DIRECT).content;
const remarksOf = (client: MatrixClient) => kept(client, REMARKS).content as Remarks;

/** Whose chat each room began as, for one state of what is kept about it: it is asked of every row in the list of chats. */
const begunWith = new WeakMap<Content, ReadonlyMap<string, string>>();

/** Return the rooms that began as a chat with somebody. Other clients write there too, and not only lists. */
function begun(direct: Content, userId: string): readonly string[] {
  const ids = Object.hasOwn(direct, userId) ? direct[userId] : null;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
}

function begunAs(client: MatrixClient): ReadonlyMap<string, string> {
  const direct = directOf(client);
  let found = begunWith.get(direct);
  if (found === undefined) {
    const pairs = Object.keys(direct).flatMap((userId) =>
      begun(direct, userId).map((id) => [id, userId] as const),
    );
    // Whoever stands first has it.
    found = new Map(pairs.reverse());
    begunWith.set(direct, found);
  }
  return found;
}

export interface Request {
  readonly roomId: string;
  readonly userId: string;
  readonly name: string;
  readonly mxc: string | null;
  /** A person who wants to chat, a group one is invited to, or somebody who asks to come into a group of one's own. */
  readonly kind: "person" | "group" | "knock";
  readonly group: string;
  /** What they say besides; empty: nothing. */
  readonly reason: string;
  /** To decline is open to everybody who is invited, but not to all of a group in which somebody asks to come in. */
  readonly canDecline: boolean;
}

/** Nobody reads more of a stranger's words before they answer. */
const REASON_MAX = 300;

/** Return the rooms that one is in and that began as a chat with one person, whoever is in them by now, and where nothing took their place. */
export function roomsBegunWith(client: MatrixClient, userId: string): Room[] {
  return everBegunWith(client, userId).filter((room) => !isReplaced(client, room));
}

/** Return those too that go on in another one: nobody leaves a room because it is closed. */
function everBegunWith(client: MatrixClient, userId: string): Room[] {
  return begun(directOf(client), userId)
    .map((id) => client.getRoom(id))
    .filter((room) => room !== null)
    .filter((room) => room.getMyMembership() === KnownMembership.Join);
}

/** Return how many read along, whatever the room says that they are: whoever makes a room may call anybody a mere bot. */
function countIn(room: Room): number {
  return room.getInvitedAndJoinedMemberCount();
}

/** Say whether no more than two are in a room: what is said there is for one alone, and nobody has to be told whose it is. */
export function isOfTwo(room: Room): boolean {
  return room.getJoinedMemberCount() <= 2;
}

/** Say whether somebody is in a room of two, or has been asked to come. */
export function isWith(room: Room, userId: string): boolean {
  if (countIn(room) !== 2) return false;
  // Who has not said anything for long may not have been told of by the server: then the other one is them.
  const membership = room.getMember(userId)?.membership ?? KnownMembership.Join;
  return membership === KnownMembership.Join || membership === KnownMembership.Invite;
}

/** Return the chat of two with somebody; null while there is none, or they are not in it any more. */
export function directRoom(client: MatrixClient, userId: string): string | null {
  return roomsBegunWith(client, userId).find((room) => isWith(room, userId))?.roomId ?? null;
}

/** Say with whom a room is a chat of two; null: it is none. What a room calls itself does not count: more than two are a group. */
export function partnerIn(client: MatrixClient, roomId: string): string | null {
  const room = client.getRoom(roomId);
  const partner = begunAs(client).get(roomId) ?? room?.getDMInviter() ?? null;
  if (room === null || partner === null) return partner;
  // Alone, one still has the chat with whoever has left it.
  return countIn(room) < 2 || isWith(room, partner) ? partner : null;
}

/** Return everybody whom one chats with. */
export function contactsOf(client: MatrixClient): Contact[] {
  const others = new Set(Object.keys(directOf(client)));
  for (const gone of [...client.getIgnoredUsers(), client.getSafeUserId()]) others.delete(gone);
  return [...others].filter((id) => isContact(client, id)).map((id) => contactOf(client, id));
}

/** Say whether there is a chat with somebody already. */
export function isContact(client: MatrixClient, userId: string): boolean {
  // Who has not come along to where a chat goes on is a contact still.
  return everBegunWith(client, userId).some((room) => isWith(room, userId));
}

export function contactOf(client: MatrixClient, userId: string): Contact {
  const said = remarksOf(client).people?.[userId];
  return { userId, name: nameOf(client, userId), remark: said?.remark ?? "", tags: said?.tags ?? [] };
}

/** Return one's own name for somebody; null: one has none. Only oneself sees it. */
export function remarkOf(client: MatrixClient, userId: string): string | null {
  return remarksOf(client).people?.[userId]?.remark || null;
}

/** Return what a room is called for oneself: by one's own name for somebody, in a chat of two with them. */
export function roomName(client: MatrixClient, room: Room): string {
  const partner = partnerIn(client, room.roomId);
  return (partner === null ? null : remarkOf(client, partner)) ?? room.name;
}

/** Return what somebody calls themselves, as far as it is known here. */
export function nameOf(client: MatrixClient, userId: string): string {
  const user = client.getUser(userId);
  // Where two in a group have one name, the SDK's `displayName` is longer by the id, and like nobody else's. But one that was told with
  // somebody's presence is there alone.
  const known = [user?.rawDisplayName, memberOf(client, userId)?.rawDisplayName, user?.displayName];
  // Until it is told, the SDK says the id.
  return known.map(readable).find((name) => name !== "" && name !== userId) || localPart(userId);
}

/** Return a name as the SDK does where it takes one in, without what would turn the text around it; empty: there is nothing to see. */
function readable(name: unknown): string {
  const plain = removeDirectionOverrideChars(wordOf(name));
  return removeHiddenChars(plain) === "" ? "" : plain;
}

export function mxcOf(client: MatrixClient, userId: string): string | null {
  return client.getUser(userId)?.avatarUrl ?? memberOf(client, userId)?.getMxcAvatarUrl() ?? null;
}

/** Say whether anybody has told of somebody: a room, or their own presence. */
export function isKnown(client: MatrixClient, userId: string): boolean {
  return client.getUser(userId) !== null || memberOf(client, userId) !== null;
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
    .filter((room) => room.getMyMembership() === KnownMembership.Join && isGroup(client, room))
    .filter((room) => !isReplaced(client, room));
}

/** Say whether a contact is called like somebody, but is another person. */
export function hasNamesake(client: MatrixClient, userId: string, name: string): boolean {
  return contactsOf(client)
    .filter((contact) => contact.userId !== userId)
    .some((contact) => looksTheSame(contact.name, name) || looksTheSame(contact.remark, name));
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
  // Nobody is told beforehand how many are in there; but a chat of two has no name.
  const isNamed = room.currentState.getStateEvents(EventType.RoomName, "") !== null;
  const isPerson = Boolean(room.getDMInviter()) && countIn(room) <= 2 && !isNamed;
  return {
    roomId: room.roomId,
    userId,
    name: nameOf(client, userId),
    mxc: mxcOf(client, userId),
    kind: isPerson ? "person" : "group",
    group: isPerson ? "" : room.name,
    reason: reasonOf(me),
    canDecline: true,
  };
}

/** Return what somebody asks for who wants to chat, while it waits for an answer; null: nothing. */
export function askedBy(client: MatrixClient, userId: string): Request | null {
  const waiting = client.getRooms().filter((room) => room.getMyMembership() === KnownMembership.Invite);
  const requests = waiting.map((room) => invitation(client, room));
  return requests.find((one) => one.kind === "person" && one.userId === userId) ?? null;
}

function reasonOf(member: RoomMember | null): string {
  const reason: unknown = member?.events.member?.getContent()["reason"];
  return typeof reason === "string" ? reason.trim().slice(0, REASON_MAX) : "";
}

/** Say whether one may put somebody out of a room, or refuse to let them in. */
export function mayPutOut(client: MatrixClient, room: Room, userId: string): boolean {
  const mine = room.getMember(client.getSafeUserId())?.powerLevel ?? 0;
  const theirs = room.getMember(userId)?.powerLevel ?? 0;
  return theirs < mine && room.currentState.hasSufficientPowerLevelFor("kick", mine);
}

export function knocksIn(client: MatrixClient, room: Room): Request[] {
  if (room.getMyMembership() !== KnownMembership.Join || !room.canInvite(client.getSafeUserId())) return [];
  return room.getMembersWithMembership(KnownMembership.Knock).map((member) => ({
    roomId: room.roomId,
    userId: member.userId,
    // Not the member's own: where somebody in the group has the same name, the id is in it, and it is like no contact's.
    name: nameOf(client, member.userId),
    mxc: member.getMxcAvatarUrl() ?? null,
    kind: "knock",
    group: room.name,
    reason: reasonOf(member),
    canDecline: mayPutOut(client, room, member.userId),
  }));
}

/** Return the groups that one has asked to come into, and waits for. */
export function ownKnocks(client: MatrixClient): Room[] {
  return client.getRooms().filter((room) => room.getMyMembership() === KnownMembership.Knock);
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

/** Decline, and hear nothing more of whoever it is from. */
export async function declineAndBlock(client: MatrixClient, request: Request): Promise<void> {
  // First what must not fail unseen: once it is declined, nothing leads to them any more.
  await block(client, request.userId);
  await decline(client, request);
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

export async function rememberDirect(client: MatrixClient, userId: string, roomId: string): Promise<void> {
  await change(client, DIRECT, (before) => {
    const rooms = new Set([...begun(before, userId), roomId]);
    return { ...before, [userId]: [...rooms] };
  });
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
  await change(client, REMARKS, (before) => ({ ...withRemark(before as Remarks, userId, words, tags) }));
}
