import { type MatrixClient, type Room, RoomMemberEvent } from "matrix-js-sdk";
import { useCallback, useEffect, useRef } from "react";
import { useClient, useFromClient } from "../../shell/client";
import { privacyOf } from "../me/usePrivacy";

/** The server forgets it after this time; said again while the writing goes on. */
const LASTS_MS = 20_000;
const AGAIN_MS = 8_000;

/** Return the way to tell others that one is writing, for those who want it told. */
export function useTyping(roomId: string): (isTyping: boolean) => void {
  const client = useClient();
  const told = useRef(0);
  const tell = useCallback(
    (isTyping: boolean) => {
      const now = Date.now();
      if (isTyping ? now - told.current < AGAIN_MS || !privacyOf(client).typing : told.current === 0) return;
      told.current = isTyping ? now : 0;
      // It is said again while the writing goes on, and forgotten by itself.
      client.sendTyping(roomId, isTyping, LASTS_MS).catch(() => undefined);
    },
    [client, roomId],
  );
  useEffect(() => () => tell(false), [tell]);
  return tell;
}

const EVENTS = [RoomMemberEvent.Typing] as const;

/** Return the names of those who are writing now. */
export function useWriters(room: Room): readonly string[] {
  const read = useCallback(
    (client: MatrixClient) =>
      room
        .getMembers()
        .filter(({ typing, userId }) => typing && userId !== client.getUserId())
        .map(({ name }) => name),
    [room],
  );
  return useFromClient(EVENTS, read);
}
