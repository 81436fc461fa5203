/** The moment at which nobody waits any more for the client to start: for what can be done later. */
import { whenIdle } from "./idle";

/** Whoever only looks at the first page waits for nothing. */
const LONGEST_MS = 10_000;
/** The page that comes now is drawn by then, however busy the browser is. */
const DRAWN_MS = 2_000;

let settled: () => void = () => undefined;
const moment = new Promise<void>((resolve) => {
  settled = resolve;
});

/** The client has started: what it shows is drawn first. */
export function settle(): void {
  whenIdle(settled, DRAWN_MS, DRAWN_MS);
}

export function whenSettled(): Promise<void> {
  setTimeout(settled, LONGEST_MS);
  return moment;
}
