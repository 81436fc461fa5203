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
    const isDone = await sendAll(client);
    busy = false;
    pause = isDone ? FIRST_PAUSE_MS : Math.min(pause * 2, PAUSE_MAX_MS);
    if (!isDone) later();
  }

  function later(): void {
    if (timer === 0) timer = window.setTimeout(() => void empty(), pause);
  }

  function onEcho(event: MatrixEvent, room: Room, _oldId?: string, before?: EventStatus | null): void {
    keepUnsent(event, room);
    takeBack(client, event);
    if (busy || isFleeting(event.getType())) return;
    const isNew = before === undefined;
    if (isWaiting(event) && !isNew) later();
    // What is said after something that waits, the SDK lets wait behind it. Perhaps there is a connection by now: after the last
    // failure the pause may have grown long. And when anything got through, there is one.
    else if (isWaiting(event) || event.status === EventStatus.SENT) {
      if (client.getRooms().some((one) => nextOf(one) !== undefined)) void empty();
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

/** Return whether nothing waits any more. */
async function sendAll(client: MatrixClient): Promise<boolean> {
  const rooms = await Promise.all(client.getRooms().map((room) => sendWaiting(client, room)));
  return rooms.every((isDone) => isDone);
}

async function sendWaiting(client: MatrixClient, room: Room): Promise<boolean> {
  // What is said meanwhile comes after them: it is looked for anew each time.
  for (let event = nextOf(room); event !== undefined; event = nextOf(room)) {
    try {
      await client.resendEvent(event, room);
    } catch {
      // What the server refuses is marked and left; what still finds no way holds back those after it.
    }
    if (isWaiting(event)) return false;
  }
  return true;
}

/** Return what has waited longest in a room. */
function nextOf(room: Room): MatrixEvent | undefined {
  return room.getPendingEvents().find((event) => isWaiting(event) && !isFleeting(event.getType()));
}
