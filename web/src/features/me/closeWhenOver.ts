/** Notifications go when what they tell of was read, on whichever device, was deleted, or is nothing of one's own any more. */
import { KnownMembership, type MatrixClient, type MatrixEvent, type Room, RoomEvent } from "matrix-js-sdk";
import { fieldsOf } from "../../model/fields";
import { closeShown } from "../../protocol/shown";

/** Begin; returns what ends it. */
export function closeWhenOver(client: MatrixClient): () => void {
  const me = client.getSafeUserId();

  function read(event: MatrixEvent, room: Room): void {
    if (!isReadBy(me, event)) return;
    closeShown((roomId, eventId) => roomId === room.roomId && room.hasUserReadEvent(me, eventId));
  }

  function deleted(event: MatrixEvent): void {
    const id = event.event.redacts;
    closeShown((_, eventId) => eventId === id);
  }

  /** An invitation was answered, or the chat is over. */
  function moved(room: Room, membership: string): void {
    if (membership !== KnownMembership.Invite) closeShown((roomId) => roomId === room.roomId);
  }

  client.on(RoomEvent.Receipt, read);
  client.on(RoomEvent.Redaction, deleted);
  client.on(RoomEvent.MyMembership, moved);
  return () => {
    client.off(RoomEvent.Receipt, read);
    client.off(RoomEvent.Redaction, deleted);
    client.off(RoomEvent.MyMembership, moved);
  };
}

/** Say whether it is told of somebody how far they have read. Most of what is told is about others. */
function isReadBy(userId: string, receipt: MatrixEvent): boolean {
  const kinds = Object.values(fieldsOf(receipt.getContent())).flatMap((one) => Object.values(fieldsOf(one)));
  return kinds.some((readers) => userId in fieldsOf(readers));
}
