import { ClientEvent, type EmittedEvents } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import { useCallback, useEffect, useState } from "react";
import { type KeysState, keysState } from "../../protocol/keys";
import { useClient } from "../../shell/client";

const EVENTS: readonly EmittedEvents[] = [
  CryptoEvent.KeysChanged,
  CryptoEvent.UserTrustStatusChanged,
  CryptoEvent.DevicesUpdated,
  CryptoEvent.KeyBackupStatus,
  ClientEvent.AccountData,
];

interface Reading {
  /** How it stands with the keys; null while that is being found out. */
  readonly keys: KeysState | null;
  /** Why it could not be found out. */
  readonly error: unknown;
  readonly again: () => void;
}

/** Read how it stands with the keys, and anew whenever that may have changed. */
export function useKeysReading(): Reading {
  const client = useClient();
  const [{ keys, error }, setFound] = useState<Omit<Reading, "again">>({ keys: null, error: null });
  const [times, setTimes] = useState(0);
  const again = useCallback(() => {
    setFound(({ keys }) => ({ keys, error: null }));
    setTimes((before) => before + 1);
  }, []);
  // What is still missing may come with any answer of the server, and no event tells of it.
  const isWaiting = keys === null || !keys.hasSecrets || !keys.hasBackup;

  useEffect(() => {
    let isGone = false;
    function read(): void {
      keysState(client).then(
        (found) => {
          if (!isGone)
            setFound((before) => (same(before.keys, found) ? before : { keys: found, error: null }));
        },
        (failed: unknown) => {
          if (!isGone) setFound((before) => (before.keys === null ? { keys: null, error: failed } : before));
        },
      );
    }
    read();
    const events = isWaiting ? [...EVENTS, ClientEvent.Sync] : EVENTS;
    for (const event of events) client.on(event as never, read as never);
    return () => {
      isGone = true;
      for (const event of events) client.off(event as never, read as never);
    };
  }, [client, isWaiting, times]);
  return { keys, error, again };
}

/** Return how it stands with the keys; null while that is not known. */
export function useKeys(): KeysState | null {
  return useKeysReading().keys;
}

function same(a: KeysState | null, b: KeysState): boolean {
  return a !== null && (Object.keys(b) as (keyof KeysState)[]).every((name) => a[name] === b[name]);
}
