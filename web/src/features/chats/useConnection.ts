import { ClientEvent, type MatrixClient, SyncState } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import { useFromClient } from "../../shell/client";

const EVENTS = [ClientEvent.Sync] as const;
const LOST: readonly (SyncState | null)[] = [SyncState.Error, SyncState.Reconnecting];

/** Return whether the server can be reached, as far as is known. */
export function useConnection(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = () => setOnline(navigator.onLine);
    window.addEventListener("online", look);
    window.addEventListener("offline", look);
    return () => {
      window.removeEventListener("online", look);
      window.removeEventListener("offline", look);
    };
  }, []);
  return useFromClient(EVENTS, isReached) && isOnline;
}

function isReached(client: MatrixClient): boolean {
  return !LOST.includes(client.getSyncState());
}
