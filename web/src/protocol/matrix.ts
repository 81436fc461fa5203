/** The Matrix SDK, started and stopped. It is a large part: import it only from behind the login. */
import {
  ClientEvent,
  IndexedDBStore,
  MatrixClient,
  MatrixError,
  Method,
  PendingEventOrdering,
  SetPresence,
  SyncState,
} from "matrix-js-sdk";
import { endEarly, withEarly } from "./early";
import { isolateByChoice } from "./isolation";
import { giveKeyring, Keyring } from "./keyring";
import { askAgainForKeys } from "./lateKeys";
import { clearLeftovers } from "./leftovers";
import { beginSession, isNewSession, type Session } from "./login";
import { ringForMissed } from "./missedRings";
import { patientScheduler } from "./patience";
import { quietLogger } from "./quiet";
import { noticing, type Refusal } from "./refusal";
import { saveOften } from "./saving";
import { hearSealedCalls } from "./sealedCalls";

/** Which part of starting is under way; or that it waits for a connection. */
export type Step = "keys" | "opening" | "offline";

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
  // The keys of every device lie under the same names: another one's would be in the way.
  if (isNewSession()) {
    await clearLeftovers();
    beginSession();
  }
  const store = new IndexedDBStore({ indexedDB, localStorage, dbName: `sync:${session.userId}` });
  const ring = new Keyring();
  // Not `createClient`: it looks for keys in a store of older days, which it makes and takes away again for that.
  const client = new MatrixClient({
    baseUrl: location.origin,
    userId: session.userId,
    deviceId: session.deviceId,
    accessToken: session.accessToken,
    store,
    scheduler: patientScheduler(),
    timelineSupport: true,
    useAuthorizationHeader: true,
    cryptoCallbacks: ring.callbacks,
    logger: quietLogger(),
    fetchFn: noticing(withEarly(fetch.bind(globalThis)), onRefusal),
  });
  giveKeyring(client, ring);
  onStep("keys");
  try {
    await Promise.all([store.startup(), client.initRustCrypto()]);
  } catch (error) {
    // What was opened would keep everything here from being taken away.
    client.stopClient();
    await store.destroy().catch(() => undefined);
    throw error;
  }
  askAgainForKeys(client);
  isolateByChoice(client);
  hearSealedCalls(client);
  ringForMissed(client);
  performance.mark("keys ready");
  onStep("opening");
  const ready = whenOpened(client, onStep);
  client.on(ClientEvent.Sync, function begun(state) {
    if (state !== SyncState.Syncing) return;
    endEarly();
    client.off(ClientEvent.Sync, begun);
  });
  saveOften(client, store);
  await client.startClient({
    lazyLoadMembers: true,
    initialSyncLimit: 20,
    pendingEventOrdering: PendingEventOrdering.Detached,
    threadSupport: true,
  });
  // Nobody is seen before it is known whether they want to be (`features/presence`).
  await client.setSyncPresence(SetPresence.Offline);
  try {
    await ready;
  } catch (error) {
    // Keys of a session that has ended would be in the way of the next one.
    if (isSignedOut(error)) await forget(client);
    throw error;
  }
  performance.mark("client ready");
  return client;
}

/** Return when there are chats to show, from this device or from the server. Without both it is said, and waited for. */
export function whenOpened(client: MatrixClient, onStep: (step: Step) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    client.on(ClientEvent.Sync, function told(state, _before, data) {
      if (state === SyncState.Prepared || state === SyncState.Syncing) resolve();
      else if (state === SyncState.Error && isSignedOut(data?.error)) reject(data?.error);
      else {
        // It goes on by itself.
        onStep(state === SyncState.Error || state === SyncState.Reconnecting ? "offline" : "opening");
        return;
      }
      client.off(ClientEvent.Sync, told);
    });
  });
}

/** Say whether the server knows this session no more. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof MatrixError && error.errcode === "M_UNKNOWN_TOKEN";
}

/** Stop a client for good. What fails to be sent after this, the SDK would write down to be sent another time: by who comes next. */
function end(client: MatrixClient): void {
  client.stopClient();
  client.store.setPendingEvents = async () => undefined;
}

/** Forget everything of a session that the server has ended. */
export async function forget(client: MatrixClient): Promise<void> {
  end(client);
  await client.clearStores();
}

/** How long the server is waited for by somebody who leaves. */
const LEAVE_MS = 10_000;

/** Log out, and take everything that was kept on this device along.
 *
 *  @returns whether the server has heard of it. Otherwise it still knows this session.
 */
export async function leave(client: MatrixClient): Promise<boolean> {
  end(client);
  client.http.abort();
  // Not `client.logout`: it waits for ever on a network that swallows everything.
  const options = { localTimeoutMs: LEAVE_MS };
  const isHeard = await client.http.authedRequest(Method.Post, "/logout", undefined, undefined, options).then(
    () => true,
    (error: unknown) => isSignedOut(error),
  );
  await client.clearStores();
  return isHeard;
}
