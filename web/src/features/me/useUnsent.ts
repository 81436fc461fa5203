import { EventStatus, type MatrixClient, type MatrixEvent, RoomEvent } from "matrix-js-sdk";
import { useCallback, useSyncExternalStore } from "react";
import { isFleeting } from "../../model/call";
import { useClient } from "../../shell/client";
import { keepsUnsent } from "../chats/unsent";
import { hasUploads } from "../media/uploads";

/** Say whether anything that somebody wrote or chose is on this device alone. */
export function useUnsent(): boolean {
  const client = useClient();
  const subscribe = useCallback(
    (told: () => void) => {
      // A file that is up goes on as a message.
      client.on(RoomEvent.LocalEchoUpdated, told);
      return () => client.off(RoomEvent.LocalEchoUpdated, told);
    },
    [client],
  );
  return useSyncExternalStore(subscribe, () => hasUnsent(client));
}

function hasUnsent(client: MatrixClient): boolean {
  const isPending = client.getRooms().some((room) => room.getPendingEvents().some(isUnsent));
  return isPending || keepsUnsent() || hasUploads(client);
}

function isUnsent(event: MatrixEvent): boolean {
  const isDone = event.status === EventStatus.SENT || event.status === EventStatus.CANCELLED;
  return !isDone && !isFleeting(event.getType());
}
