/** Notifications as the browser shows them, and where they lead. */
import { closeShown, keepShown } from "../../protocol/shown";

/** What a notification tells of. */
interface About {
  readonly roomId: string;
  readonly eventId: string;
  /** Where it leads. */
  readonly path: string;
}

/** Show one. On phones only the service worker may; what it does when it is tapped stands in `public/notify.js`. */
export function show(title: string, body: string, about: About): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const { roomId, eventId, path } = about;
  const options = { body, tag: roomId, icon: "/icons/icon-192.png", data: { path, eventId } };
  try {
    const shown = new Notification(title, options);
    keepShown(roomId, { eventId, close: () => shown.close() });
    shown.onclick = () => {
      window.focus();
      go(path);
      shown.close();
    };
  } catch {
    // No worker, no notification: the list of chats counts it.
    showByWorker(title, options, about).catch(() => undefined);
  }
}

/** The worker may still be on its way: what is over by then is not shown. */
async function showByWorker(
  title: string,
  options: NotificationOptions,
  { roomId, eventId }: About,
): Promise<void> {
  let isOver = false;
  const close = () => {
    isOver = true;
  };
  keepShown(roomId, { eventId, close });
  const worker = await navigator.serviceWorker?.ready;
  if (isOver) return;
  await worker?.showNotification(title, options);
  if (isOver) closeShown((_, id) => id === eventId);
}

/** Go where the service worker says that a tap leads; the function that is returned ends it. */
export function goWhereTapped(): () => void {
  function told({ data }: MessageEvent<unknown>): void {
    const path = typeof data === "object" && data !== null && "path" in data ? data.path : null;
    if (typeof path === "string" && path.startsWith("/")) go(path);
  }
  const worker = navigator.serviceWorker;
  worker?.addEventListener("message", told);
  return () => worker?.removeEventListener("message", told);
}

function go(path: string): void {
  // The router listens to the history.
  history.pushState(null, "", path);
}
