/** Looking for a new version of the app. A browser looks when a page is opened, and some are open for weeks. */

/** Not more often than this. */
const PAUSE_MS = 3_600_000;

/** Look whenever the page comes into sight after a while, for as long as it lives. */
export function lookForNewer(registration: Pick<ServiceWorkerRegistration, "update"> | undefined): void {
  let looked = Date.now();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible" || Date.now() - looked < PAUSE_MS) return;
    looked = Date.now();
    // Without a connection there is nothing newer yet.
    registration?.update().catch(() => undefined);
  });
}
