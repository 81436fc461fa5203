/** What is to be seen of whether a room is encrypted. */
import { ClientEvent, type MatrixClient, RoomEvent, RoomStateEvent } from "matrix-js-sdk";
import { useCallback, useEffect, useState } from "react";
import { isSealed, isToldOpen } from "../protocol/sealing";
import { useClient, useFromClient } from "./client";

const EVENTS = [ClientEvent.Room, RoomEvent.MyMembership, RoomStateEvent.Events] as const;

/** Say whether a room is certain not to be encrypted: neither its state nor this device knows it as such. */
export function useIsOpen(roomId: string): boolean {
  const client = useClient();
  const isTold = useFromClient(
    EVENTS,
    useCallback((from: MatrixClient) => isToldOpen(from.getRoom(roomId)), [roomId]),
  );
  const [openId, setOpenId] = useState<string | null>(null);

  useEffect(() => {
    if (!isTold) return;
    let gone = false;
    isSealed(client, roomId).then((sealed) => {
      if (!gone) setOpenId(sealed ? null : roomId);
    });
    return () => {
      gone = true;
      setOpenId(null);
    };
  }, [client, roomId, isTold]);

  return isTold && openId === roomId;
}
