/** The keys of an account: its identity, their safe on the server, and the backup of what opens its messages.
 *
 *  spec: client-server-api#cross-signing, #secret-storage, #server-side-key-backups
 */
import type { MatrixClient } from "matrix-js-sdk";
import { decodeRecoveryKey, type GeneratedSecretStorageKey } from "matrix-js-sdk/lib/crypto-api";
import { checkPassword } from "./account";
import { keyringOf } from "./keyring";
import { passwordStage } from "./uia";

/** How it stands with the keys, as this device knows it. */
export interface KeysState {
  /** The account has an identity that its devices are signed with. */
  readonly hasIdentity: boolean;
  /** This device is signed with it. */
  readonly isVerified: boolean;
  /** There is a recovery key. */
  readonly hasRecovery: boolean;
  /** What opens messages is kept on the server, sealed. */
  readonly hasBackup: boolean;
}

/** What was typed is no recovery key, or not this account's. */
export class WrongRecoveryKey extends Error {}

function cryptoOf(client: MatrixClient) {
  const crypto = client.getCrypto();
  if (crypto === undefined) throw new Error("the client was started without encryption");
  return crypto;
}

const begun = new WeakMap<MatrixClient, Promise<void>>();

/** Give a new account its identity and its backup, without asking anything. Done once for each client. */
function beginKeys(client: MatrixClient): Promise<void> {
  let beginning = begun.get(client);
  if (beginning === undefined) {
    beginning = begin(client);
    begun.set(client, beginning);
    // Without an answer it is tried anew when it is wanted next.
    beginning.catch(() => begun.delete(client));
  }
  return beginning;
}

async function begin(client: MatrixClient): Promise<void> {
  const crypto = cryptoOf(client);
  if (await crypto.userHasCrossSigningKeys()) return;
  // The first keys of an account need no password: there is nothing yet that they could replace.
  await crypto.bootstrapCrossSigning({ authUploadDeviceSigningKeys: (upload) => upload(null) });
  if ((await crypto.getKeyBackupInfo()) === null) await crypto.resetKeyBackup();
}

export async function keysState(client: MatrixClient): Promise<KeysState> {
  // Offline, what is known here has to do.
  await beginKeys(client).catch(() => undefined);
  const crypto = cryptoOf(client);
  const [identity, device, recovery, backup] = await Promise.all([
    crypto.getCrossSigningStatus(),
    crypto.getDeviceVerificationStatus(client.getSafeUserId(), client.getDeviceId() ?? ""),
    client.secretStorage.getDefaultKeyId(),
    crypto.getActiveSessionBackupVersion(),
  ]);
  return {
    hasIdentity: identity.publicKeysOnDevice,
    isVerified: device?.crossSigningVerified ?? false,
    hasRecovery: recovery !== null && recovery !== "",
    hasBackup: backup !== null,
  };
}

/** Make a new recovery key. It is nothing yet: `keepRecoveryKey` makes it this account's. */
export async function newRecoveryKey(
  client: MatrixClient,
): Promise<GeneratedSecretStorageKey & { encodedPrivateKey: string }> {
  const made = await cryptoOf(client).createRecoveryKeyFromPassphrase();
  if (made.encodedPrivateKey === undefined) throw new Error("a recovery key without its letters");
  return { ...made, encodedPrivateKey: made.encodedPrivateKey };
}

/** Seal the account's keys with a recovery key, and put them on the server. An earlier recovery key works no more. */
export async function keepRecoveryKey(client: MatrixClient, key: GeneratedSecretStorageKey): Promise<void> {
  await beginKeys(client);
  const crypto = cryptoOf(client);
  try {
    await crypto.bootstrapSecretStorage({
      createSecretStorageKey: async () => key,
      setupNewSecretStorage: true,
      setupNewKeyBackup: (await crypto.getActiveSessionBackupVersion()) === null,
    });
  } finally {
    keyringOf(client).drop();
  }
}

/** Open the account's keys with its recovery key, sign this device, and fetch what opens old messages.
 *
 *  @returns how many keys came back.
 *  @throws WrongRecoveryKey
 */
export async function unlock(
  client: MatrixClient,
  written: string,
  onProgress: (done: number, total: number) => void,
): Promise<number> {
  const crypto = cryptoOf(client);
  const stored = await client.secretStorage.getKey();
  const key = decoded(written);
  if (stored === null || !(await client.secretStorage.checkKey(key, stored[1]))) throw new WrongRecoveryKey();
  const ring = keyringOf(client);
  ring.hold(stored[0], key);
  try {
    await crypto.bootstrapCrossSigning({});
    if ((await crypto.getKeyBackupInfo()) === null) return 0;
    await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
    await crypto.checkKeyBackupAndEnable();
    const { imported } = await crypto.restoreKeyBackup({
      progressCallback: (progress) => {
        if (progress.stage === "load_keys") onProgress(progress.successes, progress.total);
      },
    });
    return imported;
  } finally {
    ring.drop();
  }
}

function decoded(written: string): Uint8Array<ArrayBuffer> {
  try {
    return decodeRecoveryKey(written.replace(/\s+/g, ""));
  } catch (error) {
    throw new WrongRecoveryKey("no recovery key", { cause: error });
  }
}

/** Begin anew with other keys, when recovery key and all other devices are gone. Old messages stay closed. */
export async function startOver(client: MatrixClient, password: string): Promise<void> {
  // The SDK takes backup and recovery key away before the server asks for the password: a wrong one must be known by then.
  await checkPassword(client, password);
  const user = client.getSafeUserId();
  await cryptoOf(client).resetEncryption(async (upload) => {
    // The first call only opens the dialogue in which the password is given.
    try {
      return await upload(null);
    } catch (error) {
      const { httpStatus, data } = error as { httpStatus?: number; data?: Record<string, unknown> };
      if (httpStatus !== 401) throw error;
      return await upload({ ...passwordStage(user, password), session: String(data?.["session"]) });
    }
  });
}
