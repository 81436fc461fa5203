/** How often the Matrix SDK tries to send what did not go out at first. */
import { calculateRetryBackoff, type MatrixEvent, MatrixScheduler } from "matrix-js-sdk";
import { queueOf } from "../model/call";

/** For so long a step of a call counts. A connection that was lost the SDK gives up a moment before, and says so to the other side. */
const COUNTS_MS = 30_000;

/** Return what sends messages as the SDK does by itself, and the steps of a call again and again for a while.
 *
 *  By itself it sends those once. When one of them does not go out, it ends the call: for a few seconds without network; and the other side
 *  does not hear that it is over.
 */
export function patientScheduler(): MatrixScheduler {
  return new MatrixScheduler(
    (event, attempts, error) =>
      event !== null && ownQueue(event) !== null
        ? pauseBefore(event, error)
        : MatrixScheduler.RETRY_BACKOFF_RATELIMIT(event, attempts, error),
    (event) => ownQueue(event) ?? MatrixScheduler.QUEUE_MESSAGES(event),
  );
}

function ownQueue(event: MatrixEvent): string | null {
  return queueOf(event.getType(), event.getContent());
}

/** Return how long to wait until it is sent again, in milliseconds: a second, or as the server says; -1: it is given up. */
function pauseBefore(event: MatrixEvent, error: Error): number {
  const pause = calculateRetryBackoff(error, 0, true);
  return Date.now() + pause - event.getTs() < COUNTS_MS ? pause : -1;
}
