/** Who has asked to come into a group and is let in comes in: that needs no second yes, whatever page is open by then. */
import { KnownMembership, type MatrixClient, type Room, RoomEvent } from "matrix-js-sdk";
import { useEffect } from "react";
import { useClient } from "../../shell/client";

export function useLetIn(): void {
  const client = useClient();
  useEffect(() => comeIn(client), [client]);
}

/** Watch until the returned function is called. */
export function comeIn(client: MatrixClient): () => void {
  function onMembership(room: Room, now: string, before?: string): void {
    // An invitation that one has not asked for is a question, and stays one.
    if (before !== KnownMembership.Knock || now !== KnownMembership.Invite) return;
    // Should it fail, the invitation stands among the requests.
    client.joinRoom(room.roomId).catch(() => undefined);
  }
  client.on(RoomEvent.MyMembership, onMembership);
  return () => void client.off(RoomEvent.MyMembership, onMembership);
}
