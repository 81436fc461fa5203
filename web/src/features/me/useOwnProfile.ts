import { useQuery, useQueryClient } from "@tanstack/react-query";
import { localPart } from "../../model/userId";
import { useClient } from "../../shell/client";
import { usePicture } from "../../shell/picture";

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
    name: data?.displayname || client.getUser(id)?.displayName || localPart(id),
    address,
    picture: usePicture(address, 112),
    isLoading,
    reload: () => queries.invalidateQueries({ queryKey: KEY }),
  };
}
