/** The keys of an account: its identity, their safe on the server, and the backup of what opens its messages.
 *
 *  spec: client-server-api#cross-signing, #secret-storage, #server-side-key-backups
 */
import { type MatrixClient, SyncState } from "matrix-js-sdk";
import {
  type CryptoApi,
  decodeRecoveryKey,
  type GeneratedSecretStorageKey,
} from "matrix-js-sdk/lib/crypto-api";
import type { UIAuthCallback } from "matrix-js-sdk/lib/interactive-auth";
import { checkPassword } from "./account";
import { backupOnServer, beginKeys, hasBegun, hasRecoveryKey, isSigned, makeAnew } from "./firstKeys";
import { keyringOf } from "./keyring";
import { cryptoOf } from "./machine";
import { passwordStage } from "./uia";

/** How it stands with the keys, as this device knows it. */
export interface KeysState {
  /** The account has an identity that its devices are signed with. */
  readonly hasIdentity: boolean;
  /** This device is signed with it. */
  readonly isVerified: boolean;
  /** This device has the account's private keys, and the one of its backup: what a recovery key seals. A device that another one has
   *  signed gets them from there a moment later, or never. */
  readonly hasSecrets: boolean;
  /** There is a recovery key. */
  readonly hasRecovery: boolean;
  /** What opens messages is kept on the server, sealed. */
  readonly hasBackup: boolean;
}

/** What was typed is no recovery key, or not this account's. */
export class WrongRecoveryKey extends Error {}

/** The recovery key is the right one, and seals nothing: whoever made it had no keys. */
export class EmptyRecoveryKey extends Error {}

/** This device does not have what a recovery key would seal. */
export class SecretsElsewhere extends Error {}

/** Say whether the server has been out of reach since it was last asked. */
function isOffline(client: MatrixClient): boolean {
  const state = client.getSyncState();
  return state === SyncState.Reconnecting || state === SyncState.Error;
}

/** Read it. Without a connection, what is known here has to do; where that is not enough, it fails. */
export async function keysState(client: MatrixClient): Promise<KeysState> {
  const offline = isOffline(client);
  const crypto = cryptoOf(client);
  if (!offline) await beginKeys(client).catch(() => undefined);
  const [isVerified, hasSecrets, backup] = await Promise.all([
    isSigned(client),
    holdsSecrets(crypto, offline),
    crypto.getActiveSessionBackupVersion(),
  ]);
  // Made here, and the server does not know of it yet: there is nothing that anybody could be locked out of.
  const isOnItsWay = hasSecrets && !hasBegun(client);
  return {
    // Where nothing is signed yet, the SDK may have to ask the server.
    hasIdentity: isVerified || (!isOnItsWay && (await crypto.getCrossSigningStatus()).publicKeysOnDevice),
    isVerified,
    hasSecrets,
    hasRecovery: hasRecoveryKey(client),
    hasBackup: backup !== null,
  };
}

/** Return how it must stand with the keys of a device that has just signed in, where the account has sealed its keys; null: it has to be read.
 *
 *  Reading it takes a phone a second. It is known without: nobody can have verified this device yet.
 */
export function keysOfNewDevice(client: MatrixClient): KeysState | null {
  const isThere = (type: "m.secret_storage.default_key" | "m.cross_signing.master") =>
    Object.keys(client.getAccountData(type)?.getContent() ?? {}).length > 0;
  if (!isThere("m.secret_storage.default_key") || !isThere("m.cross_signing.master")) return null;
  return { hasIdentity: true, isVerified: false, hasSecrets: false, hasRecovery: true, hasBackup: false };
}

async function holdsSecrets(crypto: CryptoApi, offline: boolean): Promise<boolean> {
  // There is an id only where all three private keys are, and fit what is published.
  if ((await crypto.getCrossSigningKeyId()) === null) return false;
  const backup = offline ? null : await crypto.getKeyBackupInfo();
  return backup === null || (await crypto.isKeyBackupTrusted(backup)).matchesDecryptionKey;
}

/** Make a new recovery key. It is nothing yet: `keepRecoveryKey` makes it this account's. */
export async function newRecoveryKey(
  client: MatrixClient,
): Promise<GeneratedSecretStorageKey & { encodedPrivateKey: string }> {
  const made = await cryptoOf(client).createRecoveryKeyFromPassphrase();
  if (made.encodedPrivateKey === undefined) throw new Error("a recovery key without its letters");
  return { ...made, encodedPrivateKey: made.encodedPrivateKey };
}

/** Seal the account's keys with a recovery key, and put them on the server. An earlier recovery key works no more.
 *
 *  @throws SecretsElsewhere: this device has not got them all. What there is stays as it is.
 */
export async function keepRecoveryKey(client: MatrixClient, key: GeneratedSecretStorageKey): Promise<void> {
  await beginKeys(client);
  const crypto = cryptoOf(client);
  // The SDK takes the new key as the account's before it looks for anything to seal, and then seals what it finds.
  const backup = await backupOnServer(client);
  const checked = await crypto.checkKeyBackupAndEnable();
  if (checked?.backupInfo.version !== backup?.version)
    throw new Error("the backup was not to be asked about");
  const fits = checked === null || checked.trustInfo.matchesDecryptionKey;
  if (!fits || (await crypto.getCrossSigningKeyId()) === null) throw new SecretsElsewhere();
  try {
    await crypto.bootstrapSecretStorage({
      createSecretStorageKey: async () => key,
      setupNewSecretStorage: true,
      // A new one deletes the old one.
      setupNewKeyBackup: backup === null,
    });
  } finally {
    keyringOf(client).drop();
  }
}

/** Open the account's keys with its recovery key, sign this device, and fetch what opens old messages.
 *
 *  @returns how many keys came back.
 *  @throws WrongRecoveryKey, EmptyRecoveryKey
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
    // Where there are no keys, neither here nor under the recovery key, the SDK would make other ones.
    const { privateKeysInSecretStorage } = await crypto.getCrossSigningStatus();
    if (!privateKeysInSecretStorage && (await crypto.getCrossSigningKeyId()) === null) {
      throw new EmptyRecoveryKey();
    }
    await crypto.bootstrapCrossSigning({});
    if ((await backupOnServer(client)) === null) return 0;
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
  const withPassword: UIAuthCallback<void> = async (upload) => {
    // The first call only opens the dialogue in which the password is given.
    try {
      return await upload(null);
    } catch (error) {
      const { httpStatus, data } = error as { httpStatus?: number; data?: Record<string, unknown> };
      if (httpStatus !== 401) throw error;
      return await upload({ ...passwordStage(user, password), session: String(data?.["session"]) });
    }
  };
  await makeAnew(client, () => cryptoOf(client).resetEncryption(withPassword));
}
