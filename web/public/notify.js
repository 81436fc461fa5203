// In the service worker: a notification of its own that is tapped leads into the app. What is open comes to the front and is told the place
// (src/features/me/shown.ts); where nothing is open, the place is opened.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.path));
});

async function lead(path) {
  // The one that was looked at last comes first.
  const [page] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (page === undefined) await self.clients.openWindow(path ?? "/");
  else {
    // At once: a browser allows it only for a moment after the tap.
    const focused = page.focus();
    if (path !== undefined) page.postMessage({ path });
    await focused;
  }
}
