import { ClientEvent, type EmittedEvents } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import { useEffect, useState } from "react";
import { type KeysState, keysState } from "../../protocol/keys";
import { useClient } from "../../shell/client";

const EVENTS: readonly EmittedEvents[] = [
  CryptoEvent.KeysChanged,
  CryptoEvent.UserTrustStatusChanged,
  CryptoEvent.DevicesUpdated,
  CryptoEvent.KeyBackupStatus,
  ClientEvent.AccountData,
];

/** Return how it stands with the keys; null while that is being found out. */
export function useKeys(): KeysState | null {
  const client = useClient();
  const [state, setState] = useState<KeysState | null>(null);
  useEffect(() => {
    let isGone = false;
    function read(): void {
      keysState(client).then(
        (found) => {
          if (!isGone) setState((before) => (same(before, found) ? before : found));
        },
        // A client that was stopped meanwhile says no more.
        () => undefined,
      );
    }
    read();
    for (const event of EVENTS) client.on(event as never, read as never);
    return () => {
      isGone = true;
      for (const event of EVENTS) client.off(event as never, read as never);
    };
  }, [client]);
  return state;
}

function same(a: KeysState | null, b: KeysState): boolean {
  return a !== null && (Object.keys(b) as (keyof KeysState)[]).every((name) => a[name] === b[name]);
}
