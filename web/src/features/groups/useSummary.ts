/** What a group is that one is not in, as far as the server tells. */
import { MatrixError, type RoomSummary } from "matrix-js-sdk";
import { useCallback } from "react";
import { useAsked } from "../../shell/asked";
import { useClient } from "../../shell/client";

interface Told {
  readonly summary: RoomSummary | null;
  /** Why nobody could say; null: nothing has failed. */
  readonly failure: unknown;
  readonly again: () => void;
}

/** `via`: servers that know it; it must stay the same array. */
export function useSummary(asked: string, via: string[]): Told {
  const client = useClient();
  const ask = useCallback(() => client.getRoomSummary(asked, via), [client, asked, via]);
  const { answer, failure, again } = useAsked(ask);
  return { summary: answer, failure, again };
}

/** Say whether to ask again helps nothing: of a group that one may not see, the server says no more than of none. */
export function isClosed(failure: unknown): boolean {
  return failure instanceof MatrixError && [400, 403, 404].includes(failure.httpStatus ?? 0);
}
