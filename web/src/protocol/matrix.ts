/** The Matrix SDK, started and stopped. It is a large part: import it only from behind the login. */
import {
  ClientEvent,
  createClient,
  IndexedDBStore,
  type MatrixClient,
  MatrixError,
  PendingEventOrdering,
  SyncState,
} from "matrix-js-sdk";
import type { Session } from "./login";
import { noticing, type Refusal } from "./refusal";

/** Which part of starting is under way. */
export type Step = "keys" | "opening";

/** Start the client of a session and return it when its chats can be shown.
 *
 *  `onRefusal` hears of every write that a decision refuses, whichever part of the app began it. Uploads go another way: their error
 *  is told by who began them (`shell/refusals.ts`).
 */
export async function startClient(
  session: Session,
  onStep: (step: Step) => void,
  onRefusal: (refusal: Refusal) => void,
): Promise<MatrixClient> {
  const store = new IndexedDBStore({ indexedDB, localStorage, dbName: `sync:${session.userId}` });
  const client = createClient({
    baseUrl: location.origin,
    userId: session.userId,
    deviceId: session.deviceId,
    accessToken: session.accessToken,
    store,
    timelineSupport: true,
    useAuthorizationHeader: true,
    fetchFn: noticing(fetch.bind(globalThis), onRefusal),
  });
  await store.startup();
  onStep("keys");
  await client.initRustCrypto();
  onStep("opening");
  const ready = new Promise<void>((resolve, reject) => {
    client.on(ClientEvent.Sync, function told(state, _before, data) {
      if (state === SyncState.Prepared || state === SyncState.Syncing) resolve();
      else if (state === SyncState.Error && isSignedOut(data?.error)) reject(data?.error);
      else return;
      client.off(ClientEvent.Sync, told);
    });
  });
  await client.startClient({
    lazyLoadMembers: true,
    initialSyncLimit: 20,
    pendingEventOrdering: PendingEventOrdering.Detached,
    threadSupport: true,
  });
  await ready;
  return client;
}

/** Say whether the server knows this session no more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof MatrixError && error.errcode === "M_UNKNOWN_TOKEN";
}

/** Log out, and take everything that was kept on this device along. */
export async function leave(client: MatrixClient): Promise<void> {
  client.stopClient();
  try {
    await client.logout(true);
  } finally {
    await client.clearStores();
  }
}
