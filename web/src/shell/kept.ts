/** What the account keeps for all of one's devices, for every view behind the login. */
import { useCallback, useSyncExternalStore } from "react";
import { type Kept, kept, onKept } from "../protocol/accountData";
import { useClient } from "./client";

/** Return what is kept under a type, with the changes that are on their way. */
export function useKept(type: string): Kept {
  const client = useClient();
  const subscribe = useCallback((changed: () => void) => onKept(client, type, changed), [client, type]);
  return useSyncExternalStore(subscribe, () => kept(client, type));
}
