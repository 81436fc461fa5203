import { useEffect, useState } from "react";

/** Return how many seconds have passed since a moment, anew with each of them. */
export function useSeconds(since: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return since === null ? 0 : Math.max(0, (now - since) / 1000);
}
