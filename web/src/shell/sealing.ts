/** What is to be seen of whether a room is encrypted. */
import { ClientEvent, type MatrixClient, RoomEvent, RoomStateEvent } from "matrix-js-sdk";
import { useCallback, useEffect, useState } from "react";
import { isSealed, isToldOpen } from "../protocol/sealing";
import { useClient, useFromClient } from "./client";

const EVENTS = [ClientEvent.Room, RoomEvent.MyMembership, RoomStateEvent.Events] as const;

/** Say whether a room is certain not to be encrypted: neither its state nor this device knows it as such. */
export function useIsOpen(roomId: string): boolean {
  return useSealing(roomId) === "open";
}

/** Say whether a room is certain to be encrypted: its state says so, or this device remembers it. */
export function useIsSealed(roomId: string): boolean {
  return useSealing(roomId) === "sealed";
}

interface Asked {
  readonly roomId: string;
  readonly sealed: boolean;
}

/** Return what is certain of a room; null: nothing yet. */
function useSealing(roomId: string): "sealed" | "open" | null {
  const client = useClient();
  const told = useFromClient(
    EVENTS,
    useCallback((from: MatrixClient) => toldOf(from, roomId), [roomId]),
  );
  const [asked, setAsked] = useState<Asked | null>(null);

  useEffect(() => {
    if (told === "sealed") return;
    let gone = false;
    isSealed(client, roomId).then((sealed) => {
      if (!gone) setAsked({ roomId, sealed });
    });
    return () => {
      gone = true;
      setAsked(null);
    };
  }, [client, roomId, told]);

  if (told === "sealed") return told;
  if (asked?.roomId !== roomId) return null;
  return asked.sealed ? "sealed" : told;
}

/** Return what the server has told of a room; null: not enough. */
function toldOf(client: MatrixClient, roomId: string): "sealed" | "open" | null {
  const room = client.getRoom(roomId);
  if (room?.hasEncryptionStateEvent()) return "sealed";
  return isToldOpen(room) ? "open" : null;
}
