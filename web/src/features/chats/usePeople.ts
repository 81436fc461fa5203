import {
  KnownMembership,
  type MatrixClient,
  type Room,
  RoomMemberEvent,
  RoomStateEvent,
} from "matrix-js-sdk";
import { useCallback, useEffect } from "react";
import type { Named } from "../../model/text";
import { localPart } from "../../model/userId";
import { useFromClient } from "../../shell/client";

const EVENTS = [RoomMemberEvent.Name, RoomMemberEvent.Membership, RoomStateEvent.Members] as const;

export interface People {
  /** The others who are here: who can be meant by "@". */
  readonly others: readonly Named[];
  readonly isGroup: boolean;
  readonly nameOf: (userId: string) => string;
}

/** Return who is in a conversation, and what they are called there. */
export function usePeople(room: Room): People {
  const read = useCallback(
    (client: MatrixClient) => {
      const others = room
        .getMembersWithMembership(KnownMembership.Join)
        .filter(({ userId }) => userId !== client.getUserId())
        .map(({ userId, rawDisplayName, name }) => ({ userId, name: rawDisplayName || name }));
      const isGroup = room.getJoinedMemberCount() + room.getInvitedMemberCount() > 2;
      const nameOf = (userId: string) => room.getMember(userId)?.name ?? localPart(userId);
      return { others, isGroup, nameOf };
    },
    [room],
  );
  useEffect(() => {
    // Until they are there, people are called by their user names.
    room.loadMembersIfNeeded().catch(() => undefined);
  }, [room]);
  return useFromClient(EVENTS, read);
}
