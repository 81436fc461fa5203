/** What the server knows of somebody whom one may not have met. */
import { MatrixError } from "matrix-js-sdk";
import { useCallback } from "react";
import { wordOf } from "../../model/fields";
import { useAsked } from "../../shell/asked";
import { useClient } from "../../shell/client";

interface Told {
  readonly profile: { readonly name: string | null; readonly mxc: string | null } | null;
  /** Why nobody could say; null: nothing has failed. */
  readonly failure: unknown;
  readonly again: () => void;
}

export function useProfile(userId: string): Told {
  const client = useClient();
  const ask = useCallback(async () => {
    const { displayname, avatar_url: mxc } = await client.getProfileInfo(userId);
    return { name: wordOf(displayname) || null, mxc: mxc ?? null };
  }, [client, userId]);
  const { answer, failure, again } = useAsked(ask);
  return { profile: answer, failure, again };
}

/** Say whether to ask again helps nothing: there is nobody of this name, or nobody can have it. */
export function isNobody(failure: unknown): boolean {
  return failure instanceof MatrixError && [400, 404].includes(failure.httpStatus ?? 0);
}
