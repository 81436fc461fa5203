/** One tab at a time: two that use the same keys would spoil them.
 *
 *  A lock of the browser's goes with its tab however that ends. Who wants in takes it over; who loses it is told.
 */
const NAME = "courtyard.tab";

/** Called when the lock that this tab holds is taken away; null while it holds none. */
let lost: (() => void) | null = null;

/** Take the lock. `onLost` is called when another tab takes it over.
 *
 *  Returns false when another tab has it and `steal` is not set. Without locks (no secure context) there is nothing to take.
 */
export async function takeTab(steal: boolean, onLost: () => void): Promise<boolean> {
  if (!("locks" in navigator)) return true;
  if (lost !== null) {
    // Somebody signed out and in again: the lock has stayed with the tab.
    lost = onLost;
    return true;
  }
  return new Promise((resolve) => {
    navigator.locks
      .request(NAME, steal ? { steal: true } : { ifAvailable: true }, async (lock) => {
        if (lock !== null) lost = onLost;
        resolve(lock !== null);
        // Held for as long as the tab lives.
        if (lock !== null) await new Promise<never>(() => {});
      })
      .catch(() => {
        const tell = lost;
        lost = null;
        tell?.();
      });
  });
}
