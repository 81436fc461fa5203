/** The Matrix client of this session, for every view behind the login. */
import type { EmittedEvents, MatrixClient } from "matrix-js-sdk";
import { createContext, useCallback, useContext, useRef, useSyncExternalStore } from "react";
import { beforeNextFrame } from "./nextFrame";

export const ClientContext = createContext<MatrixClient | null>(null);

export function useClient(): MatrixClient {
  const client = useContext(ClientContext);
  if (client === null) throw new Error("no client: this view is shown only behind the login");
  return client;
}

/** How often each event has fired, for each client: counted from when it was first asked about. */
const counts = new WeakMap<MatrixClient, Map<EmittedEvents, number>>();

/** Return a number that is another one after any of the events. */
function fired(client: MatrixClient, events: readonly EmittedEvents[]): number {
  let known = counts.get(client);
  if (known === undefined) {
    known = new Map();
    counts.set(client, known);
  }
  let sum = 0;
  for (const event of events) {
    const count = known.get(event);
    if (count === undefined) {
      const counted = known;
      counted.set(event, 0);
      client.on(event as never, (() => counted.set(event, (counted.get(event) ?? 0) + 1)) as never);
    }
    sum += count ?? 0;
  }
  return sum;
}

/** Return what `read` makes of the client, anew whenever one of the events fires.
 *
 *  Many events come in one answer of the server: they are read once, in the next frame.
 */
export function useFromClient<T>(events: readonly EmittedEvents[], read: (client: MatrixClient) => T): T {
  const client = useClient();
  const kept = useRef<{ read: typeof read; value: T; fired: number } | null>(null);
  const subscribe = useCallback(
    (changed: () => void) => {
      let drop: (() => void) | null = null;
      function soon(): void {
        drop ??= beforeNextFrame(() => {
          drop = null;
          kept.current = null;
          changed();
        });
      }
      for (const event of events) client.on(event as never, soon as never);
      // Between drawing and listening the server may have answered: React looks once more, and must find that.
      if (kept.current?.fired !== fired(client, events)) kept.current = null;
      return () => {
        drop?.();
        for (const event of events) client.off(event as never, soon as never);
      };
    },
    [client, events],
  );
  const snapshot = useCallback(() => {
    if (kept.current === null || kept.current.read !== read) {
      kept.current = { read, fired: fired(client, events), value: read(client) };
    }
    return kept.current.value;
  }, [client, events, read]);
  return useSyncExternalStore(subscribe, snapshot);
}
