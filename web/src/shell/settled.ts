/** The moment at which nobody waits any more for the client to start: for what can be done later. */

/** Whoever only looks at the first page waits for nothing. */
const LONGEST_MS = 10_000;

let settled: () => void = () => undefined;
const moment = new Promise<void>((resolve) => {
  settled = resolve;
});

export function settle(): void {
  settled();
}

export function whenSettled(): Promise<void> {
  setTimeout(settled, LONGEST_MS);
  return moment;
}
