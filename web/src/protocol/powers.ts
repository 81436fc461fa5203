/** Changes of a room's power levels. All of them stand in one event, so whoever changes one thing writes the others anew. */
import { EventType, type MatrixClient } from "matrix-js-sdk";

/** The last change of each room that is under way. */
const latest = new Map<string, Promise<void>>();

/** Change the power levels as the server has them by now, and only after one's own earlier changes; `change` returns null: leave them.
 *
 *  What this device was told of last may be older: written back, it would undo what somebody has changed since.
 */
export function changePowers<P extends object>(
  client: MatrixClient,
  roomId: string,
  change: (powers: P) => P | null,
): Promise<void> {
  async function write(): Promise<void> {
    const powers = (await client.getStateEvent(roomId, EventType.RoomPowerLevels, "")) as P;
    const changed = change(powers);
    if (changed !== null) {
      await client.sendStateEvent(roomId, EventType.RoomPowerLevels, changed as never, "");
    }
  }
  // One that failed has been told of to whoever asked for it; the next goes on.
  const mine = (latest.get(roomId) ?? Promise.resolve()).catch(() => undefined).then(write);
  latest.set(roomId, mine);
  const done = () => {
    if (latest.get(roomId) === mine) latest.delete(roomId);
  };
  mine.then(done, done);
  return mine;
}
