/** A chat with one person: the encrypted one there is, or a new one. */
import {
  EventType,
  KnownMembership,
  type MatrixClient,
  MatrixError,
  Preset,
  type Room,
  Visibility,
} from "matrix-js-sdk";
import { isSealed } from "../../protocol/sealing";
import { accept, askedBy, ENCRYPTION, isWith, rememberDirect, roomsBegunWith } from "./people";

/** Return the encrypted chat with somebody. Where they have left or declined it they are asked again: what is said in it would reach nobody.
 *
 *  Who begins a chat is promised that nobody else reads it. Others can invite into an open one, so that such a one is never taken.
 */
export async function openDirect(client: MatrixClient, userId: string): Promise<string> {
  const sealed = await sealedRooms(client, userId);
  const existing =
    sealed.find((room) => isWith(room, userId))?.roomId ??
    (await answer(client, userId)) ??
    (await comeBack(client, userId, sealed));
  if (existing !== null) return existing;
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

async function sealedRooms(client: MatrixClient, userId: string): Promise<Room[]> {
  const rooms = roomsBegunWith(client, userId);
  const sealed = await Promise.all(rooms.map(({ roomId }) => isSealed(client, roomId)));
  return rooms.filter((_, index) => sealed[index]);
}

/** Say yes to somebody who has asked to chat: whoever writes to them wants that chat, and no second one beside it. Null: they have not, or to
 *  one that is open.
 */
async function answer(client: MatrixClient, userId: string): Promise<string | null> {
  const request = askedBy(client, userId);
  return request !== null && (await isSealed(client, request.roomId)) ? accept(client, request) : null;
}

/** Ask somebody again into a chat of two that has nobody else in it any more; null: there is none that they could come back to. */
async function comeBack(
  client: MatrixClient,
  userId: string,
  rooms: readonly Room[],
): Promise<string | null> {
  const me = client.getSafeUserId();
  for (const room of rooms) {
    if (room.getInvitedAndJoinedMemberCount() > 1 || !room.canInvite(me)) continue;
    const membership = await membershipIn(client, room.roomId, userId);
    if (membership === KnownMembership.Ban) continue;
    if (membership === KnownMembership.Leave || membership === null) {
      // The way of its own to invite has no word for "to a chat of two".
      const content = { membership: KnownMembership.Invite, is_direct: true } as const;
      await client.sendStateEvent(room.roomId, EventType.RoomMember, content, userId);
    }
    return room.roomId;
  }
  return null;
}

/** What the server says, for what is known here may be older. */
async function membershipIn(client: MatrixClient, roomId: string, userId: string): Promise<string | null> {
  try {
    const said = await client.getStateEvent(roomId, EventType.RoomMember, userId);
    return typeof said["membership"] === "string" ? said["membership"] : null;
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === "M_NOT_FOUND") return null;
    throw error;
  }
}
