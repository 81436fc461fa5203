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
    const lock = navigator.wakeLock.request("screen").catch(() => null);
    return () => void lock.then((held) => held?.release());
  }, [isWatching]);
}
