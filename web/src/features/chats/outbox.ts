/** What could not be sent for want of a connection is sent when there is one again, in the order it was written. */
import {
  ClientEvent,
  EventStatus,
  type MatrixClient,
  type MatrixEvent,
  type Room,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";
import { useEffect } from "react";
import { isFleeting } from "../../model/call";
import { useClient } from "../../shell/client";
import { isWaiting } from "./facts";
import { takeBack } from "./refusedDeeds";
import { keepUnsent, sendUnsent } from "./unsent";

const FIRST_PAUSE_MS = 2_000;
const PAUSE_MAX_MS = 30_000;

/** Keep trying for as long as the app is open. */
export function useOutbox(): void {
  const client = useClient();
  useEffect(() => watch(client), [client]);
}

/** Send what waits in any chat, until nobody listens any more. */
export function watch(client: MatrixClient): () => void {
  let pause = FIRST_PAUSE_MS;
  let timer = 0;
  let busy = false;

  async function empty(): Promise<void> {
    if (busy || !navigator.onLine) return;
    window.clearTimeout(timer);
    timer = 0;
    busy = true;
    await sendAll(client);
    busy = false;
    // It may have come to wait in a chat that was through already.
    const isDone = !waits(client);
    pause = isDone ? FIRST_PAUSE_MS : Math.min(pause * 2, PAUSE_MAX_MS);
    if (!isDone) later();
  }

  function later(): void {
    if (timer === 0) timer = window.setTimeout(() => void empty(), pause);
  }

  function onEcho(event: MatrixEvent, room: Room, _oldId?: string, before?: EventStatus | null): void {
    const isSpared = spare(event, before);
    keepUnsent(event, room);
    takeBack(client, event);
    if (busy || isFleeting(event.getType())) return;
    const isNew = before === undefined;
    if (isWaiting(event) && !isNew && !isSpared) later();
    // What is said after something that waits, the SDK lets wait behind it. Perhaps there is a connection by now: after the last
    // failure the pause may have grown long. And when anything got through, or was refused, there is one.
    else if (isWaiting(event) || event.status === EventStatus.SENT) {
      if (waits(client)) void empty();
    }
  }

  function onSync(state: SyncState, before: SyncState | null): void {
    if (state !== SyncState.Syncing) return;
    // A chat may come only with this answer: what was written in it before a reload goes on from here.
    sendUnsent(client);
    if (before !== SyncState.Syncing) void empty();
  }

  function onOnline(): void {
    client.retryImmediately();
    void empty();
  }

  client.on(RoomEvent.LocalEchoUpdated, onEcho);
  client.on(ClientEvent.Sync, onSync);
  window.addEventListener("online", onOnline);
  sendUnsent(client);
  later();
  return () => {
    window.clearTimeout(timer);
    client.off(RoomEvent.LocalEchoUpdated, onEcho);
    client.off(ClientEvent.Sync, onSync);
    window.removeEventListener("online", onOnline);
  };
}

/** The SDK has one queue for all chats: when something is refused, it refuses what waits behind that, too. This was never tried. Let it wait
 *  on, and return whether it is such a thing.
 */
function spare(event: MatrixEvent, before: EventStatus | null | undefined): boolean {
  const isRefused = event.status === EventStatus.NOT_SENT && !isWaiting(event);
  if (before !== EventStatus.QUEUED || !isRefused || isFleeting(event.getType())) return false;
  event.error = null;
  return true;
}

async function sendAll(client: MatrixClient): Promise<void> {
  await Promise.all(client.getRooms().map((room) => sendWaiting(client, room)));
}

async function sendWaiting(client: MatrixClient, room: Room): Promise<void> {
  // What is said meanwhile comes after them: it is looked for anew each time.
  for (let event = nextOf(room); event !== undefined; event = nextOf(room)) {
    try {
      await client.resendEvent(event, room);
    } catch {
      // What the server refuses is marked and left; what still finds no way holds back those after it.
    }
    // Without an error it was not tried, but spared.
    if (isWaiting(event) && event.error !== null) return;
  }
}

function waits(client: MatrixClient): boolean {
  return client.getRooms().some((room) => nextOf(room) !== undefined);
}

/** Return what has waited longest in a room. */
function nextOf(room: Room): MatrixEvent | undefined {
  return room.getPendingEvents().find((event) => isWaiting(event) && !isFleeting(event.getType()));
}
