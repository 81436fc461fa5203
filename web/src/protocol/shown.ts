/** Notifications that the browser shows, wherever it does: what they say is to go when what they tell of is over, and with the session. */

interface Shown {
  readonly eventId: string;
  readonly close: () => void;
}

/** By room: a newer one takes the place of the one before. */
const shown = new Map<string, Shown>();

export function keepShown(roomId: string, one: Shown): void {
  shown.set(roomId, one);
}

/** Close what is over. What the service worker shows is there even after the page has been loaded anew. */
export function closeShown(isOver: (roomId: string, eventId: string) => boolean): void {
  for (const [roomId, one] of shown) {
    if (!isOver(roomId, one.eventId)) continue;
    shown.delete(roomId);
    one.close();
  }
  // Where there may be no worker, it shows nothing.
  closeByWorker(isOver).catch(() => undefined);
}

async function closeByWorker(isOver: (roomId: string, eventId: string) => boolean): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration();
  for (const one of (await worker?.getNotifications()) ?? []) {
    if (isOver(one.tag, eventOf(one))) one.close();
  }
}

function eventOf({ data }: Notification): string {
  const id: unknown = data?.eventId;
  return typeof id === "string" ? id : "";
}
