/** The Matrix client of this session, for every view behind the login. */
import type { EmittedEvents, MatrixClient } from "matrix-js-sdk";
import { createContext, useCallback, useContext, useRef, useSyncExternalStore } from "react";

export const ClientContext = createContext<MatrixClient | null>(null);

export function useClient(): MatrixClient {
  const client = useContext(ClientContext);
  if (client === null) throw new Error("no client: this view is shown only behind the login");
  return client;
}

/** Return what `read` makes of the client, anew whenever one of the events fires.
 *
 *  Many events come in one answer of the server: they are read once, in the next frame.
 */
export function useFromClient<T>(events: readonly EmittedEvents[], read: (client: MatrixClient) => T): T {
  const client = useClient();
  const kept = useRef<{ read: typeof read; value: T } | null>(null);
  const subscribe = useCallback(
    (changed: () => void) => {
      let frame = 0;
      function soon(): void {
        if (frame !== 0) return;
        frame = requestAnimationFrame(() => {
          frame = 0;
          kept.current = null;
          changed();
        });
      }
      for (const event of events) client.on(event as never, soon as never);
      // What happened since it was read for the first time, nobody has heard.
      kept.current = null;
      return () => {
        cancelAnimationFrame(frame);
        for (const event of events) client.off(event as never, soon as never);
      };
    },
    [client, events],
  );
  const snapshot = useCallback(() => {
    if (kept.current === null || kept.current.read !== read) kept.current = { read, value: read(client) };
    return kept.current.value;
  }, [client, read]);
  return useSyncExternalStore(subscribe, snapshot);
}
