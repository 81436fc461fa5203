import { type MatrixClient, MatrixError, SyncState } from "matrix-js-sdk";
import { encodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Refused } from "./http";
import { giveKeyring, Keyring } from "./keyring";
import {
  EmptyRecoveryKey,
  keepRecoveryKey,
  keysOfNewDevice,
  keysState,
  SecretsElsewhere,
  startOver,
  unlock,
} from "./keys";

/** A client with nothing but what is named here. */
function clientWith(crypto: Record<string, unknown>, more: Record<string, unknown> = {}): MatrixClient {
  return {
    getCrypto: () => crypto,
    getSafeUserId: () => "@alice:here",
    getDeviceId: () => "PHONE",
    getAccessToken: () => "token",
    ...more,
  } as unknown as MatrixClient;
}

function answer(status: number, body: Record<string, unknown>): Response {
  return new Response(JSON.stringify(body), { status });
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("starting over", () => {
  /** A server that knows one password, and changes nothing for it. */
  function ask(right: string) {
    const asked = vi.fn(async (path: string, { body }: { body: string }) => {
      expect(path).toBe("/_matrix/client/v3/delete_devices");
      const { devices, auth } = JSON.parse(body) as { devices: string[]; auth?: { password: string } };
      expect(devices).toEqual([]);
      if (auth === undefined) return answer(401, { session: "one", flows: [] });
      return auth.password === right
        ? answer(200, {})
        : answer(401, { errcode: "M_FORBIDDEN", session: "one" });
    });
    vi.stubGlobal("fetch", asked);
    return asked;
  }

  it("takes nothing away for a wrong password", async () => {
    ask("right");
    const resetEncryption = vi.fn();
    const client = clientWith({ resetEncryption });
    await expect(startOver(client, "wrong")).rejects.toBeInstanceOf(Refused);
    expect(resetEncryption).not.toHaveBeenCalled();
  });

  it("makes new keys for the right one", async () => {
    const asked = ask("right");
    const resetEncryption = vi.fn(async () => expect(asked).toHaveBeenCalledTimes(2));
    await startOver(clientWith({ resetEncryption }), "right");
    expect(resetEncryption).toHaveBeenCalledOnce();
  });
});

describe("a device that has just signed in", () => {
  function withData(data: Record<string, Record<string, unknown>>): MatrixClient {
    return clientWith(
      {},
      { getAccountData: (type: string) => data[type] && { getContent: () => data[type] } },
    );
  }

  it("is locked where the account has sealed its keys", () => {
    const data = {
      "m.secret_storage.default_key": { key: "k" },
      "m.cross_signing.master": { encrypted: {} },
    };
    expect(keysOfNewDevice(withData(data))).toEqual({
      ...{ hasIdentity: true, isVerified: false, hasSecrets: false, hasRecovery: true, hasBackup: false },
    });
  });

  it("has to be looked at where nothing is sealed, or what was is taken away", () => {
    expect(keysOfNewDevice(withData({}))).toBe(null);
    const data = { "m.secret_storage.default_key": {}, "m.cross_signing.master": { encrypted: {} } };
    expect(keysOfNewDevice(withData(data))).toBe(null);
  });
});

const KEY = { privateKey: new Uint8Array(32) };

interface Stand {
  /** The private keys are on this device. */
  readonly keys: boolean;
  /** The backup on the server: none, one whose key is here, or one whose key is not. */
  readonly backup: "none" | "ours" | "strange";
}

/** A verified device of an account that has an identity. */
function deviceWith({ keys, backup }: Stand) {
  const info = backup === "none" ? null : { version: "7" };
  const trustInfo = { trusted: true, matchesDecryptionKey: backup === "ours" };
  const crypto = {
    userHasCrossSigningKeys: async () => true,
    getDeviceVerificationStatus: async () => ({ crossSigningVerified: true }),
    getCrossSigningStatus: async () => ({ publicKeysOnDevice: true, privateKeysInSecretStorage: false }),
    getCrossSigningKeyId: async () => (keys ? "the id" : null),
    getKeyBackupInfo: vi.fn(async () => info),
    isKeyBackupTrusted: async () => trustInfo,
    getActiveSessionBackupVersion: async () => info?.version ?? null,
    checkKeyBackupAndEnable: async () => info && { backupInfo: info, trustInfo },
    bootstrapSecretStorage: vi.fn(),
    bootstrapCrossSigning: vi.fn(),
  };
  const missing = new MatrixError({ errcode: "M_NOT_FOUND" }, 404);
  const client = clientWith(crypto, {
    downloadKeysForUsers: async () => ({
      master_keys: { "@alice:here": { keys: { "ed25519:1": "the id" } } },
    }),
    getSyncState: () => SyncState.Syncing,
    getAccountData: () => ({ getContent: () => ({ key: "old" }) }),
    secretStorage: { getKey: async () => ["old", {}], checkKey: async () => true },
    http: { authedRequest: async () => info ?? Promise.reject(missing) },
  });
  giveKeyring(client, new Keyring());
  return { client, crypto };
}

describe("a new recovery key", () => {
  it.each<Stand>([
    { keys: false, backup: "ours" },
    { keys: true, backup: "strange" },
    { keys: false, backup: "none" },
  ])("is not made where it would hold too little: $keys, $backup", async (stand) => {
    const { client, crypto } = deviceWith(stand);
    expect(await keysState(client)).toMatchObject({ isVerified: true, hasRecovery: true, hasSecrets: false });
    await expect(keepRecoveryKey(client, KEY)).rejects.toBeInstanceOf(SecretsElsewhere);
    expect(crypto.bootstrapSecretStorage).not.toHaveBeenCalled();
  });

  it.each([
    ["ours", false],
    ["none", true],
  ] as const)("leaves a backup in place: %s", async (backup, setupNewKeyBackup) => {
    const { client, crypto } = deviceWith({ keys: true, backup });
    expect(await keysState(client)).toMatchObject({ hasSecrets: true });
    await keepRecoveryKey(client, KEY);
    expect(crypto.bootstrapSecretStorage).toHaveBeenCalledWith(
      expect.objectContaining({ setupNewSecretStorage: true, setupNewKeyBackup }),
    );
  });

  it("is not made while nobody knows whether there is a backup", async () => {
    const { client, crypto } = deviceWith({ keys: true, backup: "ours" });
    crypto.checkKeyBackupAndEnable = async () => null;
    await expect(keepRecoveryKey(client, KEY)).rejects.toThrow();
    expect(crypto.bootstrapSecretStorage).not.toHaveBeenCalled();
  });
});

it("makes no other keys for a recovery key that holds none", async () => {
  const { client, crypto } = deviceWith({ keys: false, backup: "ours" });
  const written = encodeRecoveryKey(new Uint8Array(32).fill(7)) ?? "";
  await expect(unlock(client, written, () => undefined)).rejects.toBeInstanceOf(EmptyRecoveryKey);
  expect(crypto.bootstrapCrossSigning).not.toHaveBeenCalled();
});

it("knows without a connection how it stands, and asks nobody", async () => {
  const { client, crypto } = deviceWith({ keys: true, backup: "ours" });
  client.getSyncState = () => SyncState.Error;
  crypto.userHasCrossSigningKeys = () => new Promise(() => undefined);
  crypto.getCrossSigningStatus = () => Promise.reject(new Error("no connection"));
  expect(await keysState(client)).toMatchObject({ isVerified: true, hasRecovery: true, hasSecrets: true });
  expect(crypto.getKeyBackupInfo).not.toHaveBeenCalled();
});
