/** Chats that were replaced by new ones. spec: client-server-api#room-upgrades */
import { KnownMembership, type MatrixClient, type Room } from "matrix-js-sdk";

/** Return the room in which a chat goes on; null: it goes on where it is. */
export function successorOf(room: Room): string | null {
  const id: unknown = tombstone(room)?.getContent()["replacement_room"];
  return typeof id === "string" && /^![^\s]{1,254}$/.test(id) ? id : null;
}

/** Go where a chat goes on. Whoever closed it knows of the new room, and so does their server. */
export async function follow(client: MatrixClient, room: Room): Promise<string | null> {
  const successor = successorOf(room);
  if (successor === null) return null;
  if (client.getRoom(successor)?.getMyMembership() !== KnownMembership.Join) {
    const server = tombstone(room)
      ?.getSender()
      ?.replace(/^[^:]*:/, "");
    await client.joinRoom(successor, { viaServers: server ? [server] : [] });
  }
  return successor;
}

/** Say whether one is in the room already that took the place of another one. Both must say so: a tombstone alone could point at any chat. */
export function isReplaced(client: MatrixClient, room: Room): boolean {
  const id = successorOf(room);
  const successor = id === null ? null : client.getRoom(id);
  if (successor?.getMyMembership() !== KnownMembership.Join) return false;
  return successor.findPredecessor()?.roomId === room.roomId;
}

function tombstone(room: Room) {
  return room.currentState.getStateEvents("m.room.tombstone", "");
}
