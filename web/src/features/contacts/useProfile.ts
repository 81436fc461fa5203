/** What the server knows of somebody whom one may not have met. */
import { MatrixError } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import { wordOf } from "../../model/fields";
import { useClient } from "../../shell/client";

interface Told {
  readonly profile: { readonly name: string | null; readonly mxc: string | null } | null;
  /** Why nobody could say; null: nothing has failed. */
  readonly failure: unknown;
}

const NOTHING: Told = { profile: null, failure: null };

export function useProfile(userId: string): Told & { readonly again: () => void } {
  const client = useClient();
  const [told, setTold] = useState(NOTHING);
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let gone = false;
    setTold(NOTHING);
    client.getProfileInfo(userId).then(
      ({ displayname, avatar_url: mxc }) => {
        const profile = { name: wordOf(displayname) || null, mxc: mxc ?? null };
        if (!gone) setTold({ profile, failure: null });
      },
      (failure: unknown) => {
        if (!gone) setTold({ profile: null, failure });
      },
    );
    return () => {
      gone = true;
    };
  }, [client, userId, tries]);
  return { ...told, again: () => setTries((count) => count + 1) };
}

/** Say whether to ask again helps nothing: there is nobody of this name, or nobody can have it. */
export function isNobody(failure: unknown): boolean {
  return failure instanceof MatrixError && [400, 404].includes(failure.httpStatus ?? 0);
}
