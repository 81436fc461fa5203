/** Signs and deletions that the server did not take. Unlike a message they have no place of their own in which to stay, marked: they are
 *  taken back, so that nothing looks as if it had arrived, and who made them is told.
 */
import { EventStatus, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import { newBoard } from "../../shell/board";
import { isDeletion, isWaiting } from "./facts";

interface RefusedDeed {
  readonly roomId: string;
  readonly error: unknown;
}

export const { put: tellDeed, use: useRefusedDeed } = newBoard<RefusedDeed | null>(null);

/** Take back what has just been refused, if it is such a thing. What only wants a connection stays. */
export function takeBack(client: MatrixClient, event: MatrixEvent): void {
  const isDeed = isDeletion(event) || event.getType() === "m.reaction";
  if (!isDeed || event.status !== EventStatus.NOT_SENT || isWaiting(event)) return;
  // Not within the telling of it: others hear of the same state.
  queueMicrotask(() => {
    client.cancelPendingEvent(event);
    tellDeed({ roomId: event.getRoomId() ?? "", error: event.error });
  });
}
