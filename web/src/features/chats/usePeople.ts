import {
  ClientEvent,
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
import { remarkOf } from "../contacts/people";

const EVENTS = [
  RoomMemberEvent.Name,
  RoomMemberEvent.Membership,
  RoomStateEvent.Members,
  ClientEvent.AccountData,
] as const;

export interface People {
  /** The others who are here: who can be meant by "@". */
  readonly others: readonly Named[];
  readonly isGroup: boolean;
  /** By one's own name for them, which nobody else is to see. */
  readonly nameOf: (userId: string) => string;
  /** As everybody sees it. */
  readonly calledOf: (userId: string) => string;
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
      const calledOf = (userId: string) => room.getMember(userId)?.name ?? localPart(userId);
      const nameOf = (userId: string) => remarkOf(client, userId) ?? calledOf(userId);
      return { others, isGroup, nameOf, calledOf };
    },
    [room],
  );
  useEffect(() => {
    // Until they are there, people are called by their user names.
    room.loadMembersIfNeeded().catch(() => undefined);
  }, [room]);
  return useFromClient(EVENTS, read);
}
