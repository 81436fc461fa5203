/** The first keys of an account: made without asking anything, and finished where making them broke off.
 *
 *  A step may break off anywhere: the page is left, or the network gone. So at each start it is asked anew how far they are. What is
 *  published stays, and so does a backup that anybody could open.
 *
 *  spec: client-server-api#cross-signing, #server-side-key-backups
 */
import { ClientPrefix, type MatrixClient, MatrixError, Method } from "matrix-js-sdk";
import type { CryptoApi, KeyBackupInfo } from "matrix-js-sdk/lib/crypto-api";
import type { UIAuthCallback } from "matrix-js-sdk/lib/interactive-auth";
import { cryptoOf, machineOf, senderOf } from "./machine";

const begun = new WeakMap<MatrixClient, Promise<void>>();
const finished = new WeakSet<MatrixClient>();

/** Give a new account its identity and its backup. Done once for each client. */
export function beginKeys(client: MatrixClient): Promise<void> {
  return begun.get(client) ?? once(client, begin(client));
}

/** Say whether the first keys were looked at, and nothing is left to do. */
export function hasBegun(client: MatrixClient): boolean {
  return finished.has(client);
}

/** Make other keys. Meanwhile nobody goes on with the ones before; what breaks off is finished like the first ones. */
export function makeAnew(client: MatrixClient, make: () => Promise<void>): Promise<void> {
  const before = begun.get(client) ?? Promise.resolve();
  // How looking at the others ends is of no interest any more.
  return once(client, before.catch(() => undefined).then(make));
}

function once(client: MatrixClient, doing: Promise<void>): Promise<void> {
  begun.set(client, doing);
  finished.delete(client);
  const isNewest = () => begun.get(client) === doing;
  doing.then(
    () => isNewest() && finished.add(client),
    // Without an answer it is tried anew when it is wanted next.
    () => isNewest() && begun.delete(client),
  );
  return doing;
}

async function begin(client: MatrixClient): Promise<void> {
  const crypto = cryptoOf(client);
  // The machine takes its own identity for the account's, published or not, and its device for signed. Only the server knows.
  const [isKnown, published] = await Promise.all([crypto.userHasCrossSigningKeys(), publishedKey(client)]);
  // There is an id only where all three private keys are here, and fit.
  const ours = await crypto.getCrossSigningKeyId();
  const isNew = ours === null && published === null && !isKnown;
  // Else it is another device's.
  if (!isNew && (ours === null || (published !== null && published !== ours))) return;
  if (published === null || !(await isSigned(client))) {
    if (isNew) await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys });
    else if (published === null) await publish(crypto);
    else await crypto.crossSignDevice(client.getDeviceId() ?? "");
    // What signed it here takes it for signed only when the server says so.
    await crypto.userHasCrossSigningKeys();
  }
  await beginBackup(client);
}

/** The first keys of an account need no password: there is nothing yet that they could replace. Where there is, the server refuses. */
const authUploadDeviceSigningKeys: UIAuthCallback<void> = (upload) => upload(null);

/** Return the public master key of the account, as the server has it. */
async function publishedKey(client: MatrixClient): Promise<string | null> {
  const me = client.getSafeUserId();
  const { master_keys } = await client.downloadKeysForUsers([me]);
  return Object.values(master_keys?.[me]?.keys ?? {})[0] ?? null;
}

/** Publish the identity that is on this device alone.
 *
 *  The SDK would make another one. But the request that published this one may be on its way still: then that one would be the account's,
 *  and its private keys nowhere.
 */
async function publish(crypto: CryptoApi): Promise<void> {
  const requests = await machineOf(crypto).bootstrapCrossSigning(false);
  const sender = senderOf(crypto);
  const { uploadKeysRequest, uploadSigningKeysRequest, uploadSignaturesRequest } = requests;
  if (uploadKeysRequest !== undefined) await sender.makeOutgoingRequest(uploadKeysRequest);
  await sender.makeOutgoingRequest(uploadSigningKeysRequest, authUploadDeviceSigningKeys);
  await sender.makeOutgoingRequest(uploadSignaturesRequest);
}

/** Say whether this device is signed with the account's identity. */
export async function isSigned(client: MatrixClient): Promise<boolean> {
  const device = client.getDeviceId() ?? "";
  const status = await cryptoOf(client).getDeviceVerificationStatus(client.getSafeUserId(), device);
  return status?.crossSigningVerified ?? false;
}

/** Make a backup where there is none, or one whose key nobody has got. */
async function beginBackup(client: MatrixClient): Promise<void> {
  // A new one could not be opened with the recovery key that there is.
  if (hasRecoveryKey(client)) return;
  const crypto = cryptoOf(client);
  const opens = async (backup: KeyBackupInfo) =>
    (await crypto.isKeyBackupTrusted(backup)).matchesDecryptionKey;
  const known = await crypto.getKeyBackupInfo();
  if (known !== null && (await opens(known))) return;
  const kept = await backupOnServer(client);
  // This device keeps the key of each that it makes, once it has heard that there is one. Another device's may come.
  if (kept === null || (isOwn(client, kept) && !(await opens(kept)))) await crypto.resetKeyBackup();
}

/** Say whether it was this device that made a backup. */
function isOwn(client: MatrixClient, { auth_data }: KeyBackupInfo): boolean {
  const { signatures } = auth_data as { signatures?: Record<string, Record<string, string>> };
  return `ed25519:${client.getDeviceId()}` in (signatures?.[client.getSafeUserId()] ?? {});
}

/** Say whether there is a recovery key. */
export function hasRecoveryKey(client: MatrixClient): boolean {
  // Not `secretStorage.getDefaultKeyId`: it asks the server when there is no connection, and knows no more than this otherwise.
  return Boolean(client.getAccountData("m.secret_storage.default_key")?.getContent().key);
}

/** Return the backup that the server keeps, or null if it keeps none. The SDK says null for no answer, too. */
export async function backupOnServer(client: MatrixClient): Promise<KeyBackupInfo | null> {
  try {
    return await client.http.authedRequest<KeyBackupInfo>(
      Method.Get,
      "/room_keys/version",
      undefined,
      undefined,
      { prefix: ClientPrefix.V3 },
    );
  } catch (error) {
    if (error instanceof MatrixError && error.errcode === "M_NOT_FOUND") return null;
    throw error;
  }
}
