/** What could not be sent for want of a connection is sent when there is one again, in the order it was written. */
import {
  ClientEvent,
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

function watch(client: MatrixClient): () => void {
  let pause = FIRST_PAUSE_MS;
  let timer = 0;
  let busy = false;

  async function empty(): Promise<void> {
    window.clearTimeout(timer);
    timer = 0;
    if (busy || !navigator.onLine) return;
    busy = true;
    const isDone = await sendAll(client);
    busy = false;
    pause = isDone ? FIRST_PAUSE_MS : Math.min(pause * 2, PAUSE_MAX_MS);
    if (!isDone) later();
  }

  function later(): void {
    if (timer === 0) timer = window.setTimeout(() => void empty(), pause);
  }

  function onEcho(event: MatrixEvent, room: Room): void {
    keepUnsent(event, room);
    takeBack(client, event);
    if (!busy && isWaiting(event) && !isFleeting(event.getType())) later();
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
  const waiting = room.getPendingEvents().filter((event) => isWaiting(event) && !isFleeting(event.getType()));
  for (const event of waiting) {
    try {
      await client.resendEvent(event, room);
    } catch {
      // What the server refuses is marked and left; what still finds no way holds back those after it.
      if (isWaiting(event)) return false;
    }
  }
  return true;
}
