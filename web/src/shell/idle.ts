/** The moments at which the browser has nothing to do. */

/** Do something at the next one, or after `latestMs` where none comes. `pauseMs`: after so long in Safari, which tells of none. */
export function whenIdle(act: () => void, latestMs: number, pauseMs: number): void {
  if ("requestIdleCallback" in window) requestIdleCallback(() => act(), { timeout: latestMs });
  else setTimeout(act, pauseMs);
}
