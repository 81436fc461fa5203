/** Whether everybody in a group is known here: until somebody wants to see them, only those are who have said something. */
import type { Room } from "matrix-js-sdk";
import { useCallback } from "react";
import { useAsked } from "../../shell/asked";

interface Members {
  readonly areKnown: boolean;
  /** Why they did not come; null: nothing has failed. */
  readonly failure: unknown;
  readonly again: () => void;
}

export function useMembers(room: Room): Members {
  const { answer, failure, again } = useAsked(useCallback(() => room.loadMembersIfNeeded(), [room]));
  return { areKnown: answer !== null || room.membersLoaded(), failure, again };
}
