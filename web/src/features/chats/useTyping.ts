import { type MatrixClient, type Room, RoomMemberEvent } from "matrix-js-sdk";
import { useCallback, useEffect, useRef } from "react";
import { useClient, useFromClient } from "../../shell/client";
import { privacyOf } from "../me/usePrivacy";

/** The server forgets it after this time; said again while the writing goes on. */
const LASTS_MS = 20_000;
const AGAIN_MS = 8_000;

/** That one stopped is told after this time: what was written goes first, and who writes on says nothing of a pause. */
const PAUSE_MS = 400;

/** Return the way to tell others that one is writing, for those who want it told. */
export function useTyping(roomId: string): (isTyping: boolean) => void {
  const client = useClient();
  const told = useRef(0);
  const pause = useRef(0);
  const send = useCallback(
    (isTyping: boolean) => {
      told.current = isTyping ? Date.now() : 0;
      // It is said again while the writing goes on, and forgotten by itself.
      client.sendTyping(roomId, isTyping, LASTS_MS).catch(() => undefined);
    },
    [client, roomId],
  );
  const tell = useCallback(
    (isTyping: boolean) => {
      window.clearTimeout(pause.current);
      if (!isTyping) {
        if (told.current !== 0) pause.current = window.setTimeout(() => send(false), PAUSE_MS);
      } else if (Date.now() - told.current >= AGAIN_MS && privacyOf(client).typing) send(true);
    },
    [client, send],
  );
  useEffect(
    () => () => {
      window.clearTimeout(pause.current);
      if (told.current !== 0) send(false);
    },
    [send],
  );
  return tell;
}

const EVENTS = [RoomMemberEvent.Typing] as const;

/** Return the names of those who are writing now. */
export function useWriters(room: Room): readonly string[] {
  const read = useCallback(
    (client: MatrixClient) => {
      const unheard = new Set([client.getUserId(), ...client.getIgnoredUsers()]);
      return room
        .getMembers()
        .filter(({ typing, userId }) => typing && !unheard.has(userId))
        .map(({ name }) => name);
    },
    [room],
  );
  return useFromClient(EVENTS, read);
}
