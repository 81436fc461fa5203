/** What a group is that one is not in, as far as the server tells. */
import { MatrixError, type RoomSummary } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import { useClient } from "../../shell/client";

interface Told {
  readonly summary: RoomSummary | null;
  /** Why nobody could say; null: nothing has failed. */
  readonly failure: unknown;
}

const NOTHING: Told = { summary: null, failure: null };

/** `via`: servers that know it; it must stay the same array. */
export function useSummary(asked: string, via: string[]): Told & { readonly again: () => void } {
  const client = useClient();
  const [told, setTold] = useState(NOTHING);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let gone = false;
    setTold(NOTHING);
    client.getRoomSummary(asked, via).then(
      (summary) => {
        if (!gone) setTold({ summary, failure: null });
      },
      (failure: unknown) => {
        if (!gone) setTold({ summary: null, failure });
      },
    );
    return () => {
      gone = true;
    };
  }, [client, asked, via, tries]);
  return { ...told, again: () => setTries((count) => count + 1) };
}

/** Say whether to ask again helps nothing: of a group that one may not see, the server says no more than of none. */
export function isClosed(failure: unknown): boolean {
  return failure instanceof MatrixError && [400, 403, 404].includes(failure.httpStatus ?? 0);
}
