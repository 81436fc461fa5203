import { useQuery } from "@tanstack/react-query";
import type { MatrixClient, Room } from "matrix-js-sdk";
import { RoomEvent, RoomStateEvent } from "matrix-js-sdk";
import { useCallback } from "react";
import { carrierOf } from "../../../protocol/groupCall";
import { useClient, useFromClient } from "../../../shell/client";
import { isGroup } from "../../contacts/people";

const EVENTS = [RoomStateEvent.Update, RoomEvent.MyMembership] as const;

/** Say whether this server carries group calls. It is asked once. */
function useIsCarried(): boolean {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ["calls", client.getSafeUserId(), "carrier"],
    queryFn: () => carrierOf(client.getAccessToken() ?? ""),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return client.supportsVoip() && data !== undefined && data !== null;
}

/** Say whether there can be calls in this room: it is a group, and they are carried. */
export function useHasCalls(room: Room | null): boolean {
  const isCarried = useIsCarried();
  const read = useCallback(
    (client: MatrixClient) => room !== null && room.getMyMembership() === "join" && isGroup(client, room),
    [room],
  );
  const isHere = useFromClient(EVENTS, read);
  return isCarried && isHere;
}
