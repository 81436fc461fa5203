/** Calls in encrypted rooms are encrypted, from the first ring to the last word: what comes open there, a server can have written.
 *
 *  The Matrix SDK does not ask. An open invitation with a server's own address in it would be answered as if it were the partner's.
 *  All that it makes of calls goes through one step of its own, wherever it came from: live, fetched later, or sent to this device alone.
 *  That step is not public. It is tested with the real SDK, so that a new one in which it has moved is noticed.
 */
import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { isSealed } from "./sealing";

/** Begin before the client does. */
export function hearSealedCalls(client: MatrixClient): void {
  const handler = client.callEventHandler;
  // A browser without calls.
  if (handler === undefined) return;
  const weigh = handler["evaluateEventBuffer"].bind(handler);
  handler["evaluateEventBuffer"] = async (events: readonly MatrixEvent[]): Promise<void> => {
    const isHeard = await Promise.all(events.map((event) => mayCount(client, event)));
    await weigh(events.filter((_, index) => isHeard[index]));
  };
}

/** What is encrypted says only once it is opened whether it belongs to a call. */
async function mayCount(client: MatrixClient, event: MatrixEvent): Promise<boolean> {
  if (event.isEncrypted() || !isOfCall(event.getType())) return true;
  const roomId = event.getRoomId();
  // Nothing of a call goes to a device past its room.
  return roomId !== undefined && !(await isSealed(client, roomId));
}

/** As the SDK tells. */
function isOfCall(type: string): boolean {
  return type.startsWith("m.call.") || type.startsWith("org.matrix.call.");
}
