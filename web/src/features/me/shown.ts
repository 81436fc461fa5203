/** Notifications as the browser shows them, and where they lead. */

/** Show one. On phones only the service worker may; what it does when it is tapped stands in `public/notify.js`. */
export function show(title: string, body: string, tag: string, path: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const options = { body, tag, icon: "/icons/icon-192.png", data: { path } };
  try {
    const shown = new Notification(title, options);
    shown.onclick = () => {
      window.focus();
      go(path);
      shown.close();
    };
  } catch {
    navigator.serviceWorker?.ready
      .then((worker) => worker.showNotification(title, options))
      // No worker, no notification: the list of chats counts it.
      .catch(() => undefined);
  }
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
