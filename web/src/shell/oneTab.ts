/** One tab at a time: two that use the same keys would spoil them.
 *
 *  A lock of the browser's goes with its page however that ends. Who wants in asks for it; the page that has it comes anew then, and finds
 *  it taken. Nothing less is certain to let go of the keys: the SDK goes on with what it had begun after it was stopped.
 */
const NAME = "courtyard.tab";
/** After this the lock is taken away from a page that does not answer, in milliseconds. */
const PATIENCE_MS = 3_000;

/** On which a tab says that it wants the lock. */
const channel = "locks" in navigator ? new BroadcastChannel(NAME) : null;
let isHeld = false;

/** Take the lock, and hold it for as long as the page lives.
 *
 *  Returns false when another tab has it and is not to be asked. Without locks (no secure context) there is nothing to take.
 */
export async function takeTab(asks: boolean): Promise<boolean> {
  // Somebody signed out and in again: the lock has stayed with the tab.
  if (channel === null || isHeld) return true;
  if (!asks) return take({ ifAvailable: true });
  channel.postMessage("wanted");
  return (await take({ signal: AbortSignal.timeout(PATIENCE_MS) })) || take({ steal: true });
}

function take(options: LockOptions): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.locks
      .request(NAME, options, async (lock) => {
        resolve(lock !== null);
        if (lock === null) return;
        isHeld = true;
        await new Promise<never>(() => undefined);
      })
      .catch(() => {
        // Nobody let go of it in time, or it was taken away.
        resolve(false);
        letGo();
      });
  });
}

function letGo(): void {
  if (!isHeld) return;
  // Whoever wants in has been asked already.
  window.addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
  location.reload();
}

channel?.addEventListener("message", letGo);
