/** Keys that come later than what they open.
 *
 *  A device hands a key in to the backup up to ten seconds after it first used it, and the SDK asks the backup for a key once, when a
 *  message cannot be opened. Who takes up a new device in these seconds would not read that message before the next start.
 *
 *  spec: client-server-api#recovering-the-keys
 */

import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { MatrixEventEvent } from "matrix-js-sdk";
import { DecryptionFailureCode } from "matrix-js-sdk/lib/crypto-api";
import { wordOf } from "../model/fields";

/** How long after each failure the key is asked for again. Below 5 seconds the SDK does not ask. */
const WAITS_MS: readonly number[] = [6_000, 8_000, 15_000, 30_000, 60_000, 300_000];

/** Without a backup, or with a key that was kept from us on purpose, asking again changes nothing. */
const MAY_COME: ReadonlySet<string> = new Set([
  DecryptionFailureCode.MEGOLM_UNKNOWN_INBOUND_SESSION_ID,
  DecryptionFailureCode.OLM_UNKNOWN_MESSAGE_INDEX,
  DecryptionFailureCode.HISTORICAL_MESSAGE_WORKING_BACKUP,
  DecryptionFailureCode.HISTORICAL_MESSAGE_BACKUP_UNCONFIGURED,
]);

type Opener = Parameters<MatrixEvent["attemptDecryption"]>[0];

/** Ask again for the key of each message that cannot be opened, less and less often.
 *
 *  One message of each key asks: once its key is there, the SDK opens all the others by itself.
 */
export function askAgainForKeys(client: MatrixClient): void {
  /** How often a key was asked for again, by the session it belongs to; `Infinity` while the next time is set. */
  const asked = new Map<string, number>();

  client.on(MatrixEventEvent.Decrypted, (event) => {
    const session = `${event.getRoomId()} ${wordOf(event.getWireContent()["session_id"])}`;
    if (!event.isDecryptionFailure()) {
      asked.delete(session);
      return;
    }
    const times = asked.get(session) ?? 0;
    const wait = WAITS_MS[times];
    if (wait === undefined || !MAY_COME.has(event.decryptionFailureReason ?? "")) return;
    asked.set(session, Number.POSITIVE_INFINITY);
    setTimeout(() => {
      if (!client.clientRunning) return;
      asked.set(session, times + 1);
      // What the SDK calls a backend and gives as an API is one object.
      const opener = client.getCrypto() as unknown as Opener | undefined;
      if (opener !== undefined && event.isDecryptionFailure())
        void event.attemptDecryption(opener, { isRetry: true });
    }, wait);
  });
}
