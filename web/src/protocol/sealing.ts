/** Whether what is said in a room goes out encrypted.
 *
 *  Its state tells, but the server can leave that out later. This device remembers as well which rooms were encrypted once, and seals messages
 *  in them for good: so must be whatever goes along with them.
 */
import { EventType, KnownMembership, type MatrixClient, type Room } from "matrix-js-sdk";
import { cryptoOf } from "./machine";

/** Say whether what goes into a room now has to be sealed. Of a room that is not known here it has to. */
export async function isSealed(client: MatrixClient, roomId: string): Promise<boolean> {
  const room = client.getRoom(roomId);
  if (room === null || room.hasEncryptionStateEvent()) return true;
  return await cryptoOf(client).isEncryptionEnabledInRoom(roomId);
}

/** Say whether the server has told enough of a room to know that it calls it open. This device may still remember otherwise. */
export function isToldOpen(room: Room | null): boolean {
  if (room === null || room.hasEncryptionStateEvent()) return false;
  const create = room.currentState.getStateEvents(EventType.RoomCreate, "");
  if (create === null) return false;
  // What somebody sees who is asked to come has no ids: once they are in, they wait for all of it.
  return room.getMyMembership() !== KnownMembership.Join || create.getId() !== undefined;
}
