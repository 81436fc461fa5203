/** Handing keys in to the backup, before somebody leaves.
 *
 *  The SDK does so up to ten seconds after a key was first used, and never once it is stopped.
 *
 *  spec: client-server-api#server-side-key-backups
 */
import type { MatrixClient } from "matrix-js-sdk";
import { cryptoOf, machineOf, senderOf } from "./machine";

/** How long it may take. Nothing is lost by it: what is left is told. */
const HAND_IN_MS = 10_000;

/** Hand in what the backup has not got. Where there is no backup, there is nothing to hand in.
 *
 *  @returns whether nothing is left.
 */
export async function handInKeys(client: MatrixClient): Promise<boolean> {
  const crypto = cryptoOf(client);
  const [machine, sender] = [machineOf(crypto), senderOf(crypto)];
  let isLate = false;

  async function handIn(): Promise<boolean> {
    // The SDK may be about to hand in the same ones: they are one request, and the backup takes them twice.
    for (
      let batch = await machine.backupRoomKeys();
      batch !== undefined;
      batch = await machine.backupRoomKeys()
    ) {
      if (isLate) return false;
      await sender.makeOutgoingRequest(batch);
    }
    return true;
  }

  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      resolve(false);
    }, HAND_IN_MS);
  });
  try {
    return await Promise.race([handIn().catch(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}
