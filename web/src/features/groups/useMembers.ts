/** Whether everybody in a group is known here: until somebody wants to see them, only those are who have said something. */
import type { Room } from "matrix-js-sdk";
import { useEffect, useState } from "react";

interface Members {
  readonly areKnown: boolean;
  /** Why they did not come; null: nothing has failed. */
  readonly failure: unknown;
  readonly again: () => void;
}

export function useMembers(room: Room): Members {
  const [areKnown, setKnown] = useState(() => room.membersLoaded());
  const [failure, setFailure] = useState<unknown>(null);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let gone = false;
    setKnown(room.membersLoaded());
    setFailure(null);
    room.loadMembersIfNeeded().then(
      () => {
        if (!gone) setKnown(true);
      },
      (error: unknown) => {
        if (!gone) setFailure(error);
      },
    );
    return () => {
      gone = true;
    };
  }, [room, tries]);
  return { areKnown, failure, again: () => setTries((count) => count + 1) };
}
