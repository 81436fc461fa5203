/** Calls that began to ring before the Matrix SDK listened for them.
 *
 *  It listens once the chats can be shown. What came before that, from this device's own memory or with the first answer of a server, it never
 *  looks at: a page that was loaded anew while somebody called did not ring. It weighs what has come whenever the server has answered;
 *  here is laid before it what it has not seen. Then it leaves out by itself what is over: answered, hung up, or too old.
 */
import { ClientEvent, type MatrixClient, type MatrixEvent, type Room, SyncState } from "matrix-js-sdk";

/** No call rings for longer. */
const YOUNG_MS = 2 * 60_000;

/** Begin before the client does. */
export function ringForMissed(client: MatrixClient): void {
  const seen = new Set<MatrixEvent>();
  client.on(ClientEvent.Sync, function told(state) {
    if (state !== SyncState.Prepared && state !== SyncState.Syncing) return;
    const buffer = client.callEventHandler?.callEventBuffer ?? [];
    for (const event of buffer) seen.add(event);
    const missed = client
      .getRooms()
      .flatMap(youngIn)
      .filter((event) => !seen.has(event));
    for (const event of missed) seen.add(event);
    buffer.unshift(...missed);
    // What a page fetched of the past before the first answer of the server is in neither: the answer brings it once more, which counts not.
    if (state === SyncState.Syncing) client.off(ClientEvent.Sync, told);
  });
}

function youngIn(room: Room): MatrixEvent[] {
  return room
    .getLiveTimeline()
    .getEvents()
    .filter((event) => event.getLocalAge() < YOUNG_MS && mayBeCall(event));
}

/** What it is, an encrypted one does not say before it is opened. */
function mayBeCall(event: MatrixEvent): boolean {
  return event.isEncrypted() || event.getType().startsWith("m.call.");
}
