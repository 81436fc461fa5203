import { useEffect } from "react";

/** Keep a call from ending by itself: leaving the page is asked about, and a screen that is looked at stays lit. */
export function useAwake(isCalling: boolean, isWatching: boolean): void {
  useEffect(() => {
    if (!isCalling) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isCalling]);
  useEffect(() => {
    if (!isWatching || !("wakeLock" in navigator)) return;
    let lock: Promise<WakeLockSentinel | null> = Promise.resolve(null);
    function take(): void {
      // The browser lets go of it whenever the page is hidden.
      if (document.visibilityState === "visible")
        lock = navigator.wakeLock.request("screen").catch(() => null);
    }
    take();
    document.addEventListener("visibilitychange", take);
    return () => {
      document.removeEventListener("visibilitychange", take);
      void lock.then((held) => held?.release());
    };
  }, [isWatching]);
}
