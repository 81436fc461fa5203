import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { MatrixClient } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import { useClient } from "../../shell/client";

const KEY = ["own-profile"] as const;

export interface OwnProfile {
  readonly id: string;
  readonly name: string;
  /** The `mxc://` address of the picture. */
  readonly address: string | null;
  /** What an `img` shows; null while there is none, or it has not come yet. */
  readonly picture: string | null;
  readonly isLoading: boolean;
  /** Ask the server anew. */
  readonly reload: () => Promise<void>;
}

/** Return one's own name and picture, as others see them. */
export function useOwnProfile(): OwnProfile {
  const client = useClient();
  const queries = useQueryClient();
  const id = client.getSafeUserId();
  const { data, isLoading } = useQuery({ queryKey: KEY, queryFn: () => client.getProfileInfo(id) });
  const address = data?.avatar_url || null;
  return {
    id,
    // Until the server has said it, and offline: what this device knows.
    name: data?.displayname || client.getUser(id)?.displayName || id.slice(1).split(":")[0] || id,
    address,
    picture: usePicture(client, address),
    isLoading,
    reload: () => queries.invalidateQueries({ queryKey: KEY }),
  };
}

/** Fetch a picture that only those who are logged in may see. */
function usePicture(client: MatrixClient, address: string | null): string | null {
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    const url = address === null ? null : client.mxcUrlToHttp(address, 224, 224, "crop", false, true, true);
    if (url === null) {
      setShown(null);
      return;
    }
    const stop = new AbortController();
    let made: string | null = null;
    fetch(url, { headers: { Authorization: `Bearer ${client.getAccessToken()}` }, signal: stop.signal })
      .then(async (answer) => {
        if (!answer.ok) return;
        made = URL.createObjectURL(await answer.blob());
        if (!stop.signal.aborted) setShown(made);
      })
      // Without a picture the first letter of the name stands there.
      .catch(() => undefined);
    return () => {
      stop.abort();
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [client, address]);
  return shown;
}
