/** Days by the clock and calendar of this device. */

const DAY_MS = 86_400_000;

/** Return how many midnights lie between two moments; negative when `to` is the earlier day. */
export function daysBetween(from: number, to: number): number {
  const start = (moment: number) => new Date(moment).setHours(0, 0, 0, 0);
  // A day on which the clocks are changed is an hour longer or shorter.
  return Math.round((start(to) - start(from)) / DAY_MS);
}
