/** Keeping what the server told on the device.
 *
 *  The SDK does it after the first answer and then every five minutes: who came back sooner got chats that were not the last ones, and had to
 *  wait for the server.
 */
import { ClientEvent, type IndexedDBStore, type MatrixClient, SyncState } from "matrix-js-sdk";

/** Not while the page is being drawn, and not with each word. */
const FIRST_MS = 3_000;
const PAUSE_MS = 60_000;

/** Keep it for as long as the client runs: soon, now and then, and when nobody looks any more. */
export function saveOften(client: MatrixClient, store: IndexedDBStore): void {
  let timer = 0;
  let isNew = false;
  let pause = FIRST_MS;

  function save(): void {
    window.clearTimeout(timer);
    timer = 0;
    // Of a client that was stopped nothing is kept: its store may be gone.
    if (!client.clientRunning) document.removeEventListener("visibilitychange", onHidden);
    else if (isNew) {
      isNew = false;
      pause = PAUSE_MS;
      // Without room on the device the next start asks the server.
      store.save(true).catch(() => undefined);
    }
  }

  function onHidden(): void {
    if (document.visibilityState === "hidden") save();
  }

  client.on(ClientEvent.Sync, (state, _before, data) => {
    if (state !== SyncState.Syncing || data?.oldSyncToken === data?.nextSyncToken) return;
    isNew = true;
    if (timer === 0) timer = window.setTimeout(save, pause);
  });
  document.addEventListener("visibilitychange", onHidden);
}
