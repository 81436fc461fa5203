/** What sessions of before left in this browser: the keys and the rooms of a device that is no more. */

/** Under which the Matrix SDK makes all its databases. */
const DATABASES = "matrix-js-sdk:";
/** What it keeps beside them: what it asks the server for, and what was not sent, by its room alone. Who came next would send it. */
const NOTES: readonly string[] = ["mxjssdk_", "mx_pending_events_"];

/** Take it all away. Only for who holds the tab, before a client is started or after it was stopped. */
export async function clearLeftovers(): Promise<void> {
  clearNotes();
  const names = (await indexedDB.databases()).map(({ name }) => name ?? "");
  await Promise.all(names.filter((name) => name.startsWith(DATABASES)).map(remove));
}

/** Take away what the SDK wrote beside its databases, which it leaves there. */
export function clearNotes(): void {
  const names = Object.keys(localStorage).filter((name) => NOTES.some((start) => name.startsWith(start)));
  for (const name of names) localStorage.removeItem(name);
}

function remove(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.deleteDatabase(name);
    asked.onsuccess = () => resolve();
    asked.onerror = () => reject(asked.error);
  });
}
