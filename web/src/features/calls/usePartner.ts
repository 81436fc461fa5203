import { type EmittedEvents, type MatrixClient, RoomMemberEvent, RoomStateEvent } from "matrix-js-sdk";
import { useCallback } from "react";
import { shownName } from "../../model/contacts";
import { useClient, useFromClient } from "../../shell/client";
import { contactOf, PEOPLE_EVENTS, partnerIn } from "../contacts/people";
import { whenHere } from "./coming";
import { CallStage } from "./stages";

const EVENTS: readonly EmittedEvents[] = [
  ...PEOPLE_EVENTS,
  RoomMemberEvent.Membership,
  RoomStateEvent.Members,
];

/** Return whom one can call in a conversation: the other one of two, who is there and whom one has not blocked. */
export function usePartner(roomId: string): string | null {
  const read = useCallback((client: MatrixClient) => callableIn(client, roomId), [roomId]);
  return useFromClient(EVENTS, read);
}

function callableIn(client: MatrixClient, roomId: string): string | null {
  const partner = partnerIn(client, roomId);
  const room = client.getRoom(roomId);
  if (partner === null || room === null || !client.supportsVoip()) return null;
  if (room.getMyMembership() !== "join" || room.getJoinedMemberCount() !== 2) return null;
  return client.isUserIgnored(partner) ? null : partner;
}

/** Return the conversation in which one can call somebody. */
export function useLineTo(userId: string): string | null {
  const read = useCallback(
    (client: MatrixClient) =>
      client.getRooms().find((room) => callableIn(client, room.roomId) === userId)?.roomId ?? null,
    [userId],
  );
  return useFromClient(EVENTS, read);
}

/** Fetch what carries a call, and what shows it: a call that nobody sees must not begin. */
async function fetched() {
  const [desk] = await Promise.all([import("./desk"), CallStage.fetch()]);
  return desk;
}

/** Return what begins a call. What it needs comes when it is first used. */
export function usePlace(): (roomId: string, userId: string, withCamera: boolean) => void {
  const client = useClient();
  return (roomId, userId, withCamera) => {
    void whenHere(fetched, ({ deskOf }) => deskOf(client).place(roomId, userId, withCamera));
  };
}

/** Return what oneself calls somebody. */
export function useNameOf(userId: string): string {
  const read = useCallback((client: MatrixClient) => shownName(contactOf(client, userId)), [userId]);
  return useFromClient(PEOPLE_EVENTS, read);
}
