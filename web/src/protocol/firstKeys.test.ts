import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { KeyServer } from "./firstKeys.fixture";
import { keysState, startOver } from "./keys";

/** The SDK's own cryptography takes its time on a busy machine. */
const SLOW_MS = 30_000;

const PUBLISH = "POST /keys/device_signing/upload";
const SIGN = "POST /keys/signatures/upload";
const BACKUP = "POST /room_keys/version";

let server: KeyServer;
beforeEach(() => {
  server = new KeyServer();
});
afterEach(() => {
  server.stop();
  vi.unstubAllGlobals();
});

const READY = { hasIdentity: true, isVerified: true, hasSecrets: true, hasRecovery: false, hasBackup: true };

/** Return the public master key that is published. */
function published(): string | undefined {
  return Object.values(server.identity?.["master_key"]?.keys ?? {})[0];
}

it("gives a new account its keys, and asks for them once", { timeout: SLOW_MS }, async () => {
  const client = await server.device("PHONE");
  expect(await keysState(client)).toEqual(READY);
  const [identity, version] = [published(), [...server.backups.keys()]];
  expect(identity).toBeDefined();
  expect(await keysState(client)).toEqual(READY);
  expect([published(), [...server.backups.keys()]]).toEqual([identity, version]);
});

it.each([
  ["before its device was known", "POST /keys/upload", false],
  ["before anything was published", PUBLISH, true],
  ["before the device was signed", SIGN, true],
  ["before there was a backup", BACKUP, true],
])("finishes a first start that broke off %s", { timeout: SLOW_MS }, async (_, broken, isKnown) => {
  const client = await server.device("PHONE", isKnown);
  server.breaks = (asked) => asked === broken;
  const before = await keysState(client);
  // Nobody is told that old messages are locked: there are none.
  expect(before.hasIdentity && !before.isVerified).toBe(false);
  const [identity, ours] = [published(), await client.getCrypto()?.getCrossSigningKeyId()];

  server.breaks = () => false;
  await server.synced(client);
  expect(await keysState(client)).toEqual(READY);
  // What was published, or may be any moment by a request that is still on its way, stays.
  expect(published()).toBe(identity ?? ours ?? published());
  expect(server.backups.size).toBe(1);
});

it("finishes what was published without an answer", { timeout: SLOW_MS }, async () => {
  const client = await server.device("PHONE");
  server.losesAnswer = (asked) => asked === PUBLISH;
  await keysState(client);
  const identity = published();
  expect(identity).toBeDefined();
  server.losesAnswer = () => false;
  expect(await keysState(client)).toEqual(READY);
  expect(published()).toBe(identity);
});

it("publishes what its device was signed with, though that says it is", { timeout: SLOW_MS }, async () => {
  // The device's first keys carry its signature along: they are taken before the identity is.
  const client = await server.device("PHONE", false);
  server.breaks = (asked) => asked === PUBLISH;
  await keysState(client);
  expect(published()).toBeUndefined();
  expect(server.devices["PHONE"]).toBeDefined();
  server.breaks = () => false;
  await server.synced(client);
  expect(await keysState(client)).toEqual(READY);
  expect(published()).toBe(await client.getCrypto()?.getCrossSigningKeyId());
});

it("makes another backup where nobody has got the key of the one it made", { timeout: SLOW_MS }, async () => {
  const client = await server.device("PHONE");
  server.losesAnswer = (asked) => asked === BACKUP;
  await keysState(client);
  expect([...server.backups.keys()]).toEqual(["1"]);
  server.losesAnswer = () => false;
  expect(await keysState(client)).toEqual(READY);
  expect([...server.backups.keys()]).toEqual(["2"]);
});

it("leaves another device's identity and backup alone", { timeout: SLOW_MS }, async () => {
  const phone = await server.device("PHONE");
  server.breaks = (asked) => asked === PUBLISH;
  await keysState(phone);
  server.breaks = () => false;
  const tablet = await server.device("TABLET");
  await keysState(tablet);
  const [identity, versions] = [published(), [...server.backups.keys()]];
  expect(identity).toBe(await tablet.getCrypto()?.getCrossSigningKeyId());

  const locked = { hasIdentity: true, isVerified: false, hasSecrets: false };
  for (let times = 0; times < 2; times++) expect(await keysState(phone)).toMatchObject(locked);
  expect([published(), [...server.backups.keys()]]).toEqual([identity, versions]);
  expect(server.devices["PHONE"]?.signatures?.["@alice:here"]).not.toHaveProperty(`ed25519:${identity}`);
});

it("makes no backup beside a recovery key that could not open it", { timeout: SLOW_MS }, async () => {
  const client = await server.device("PHONE");
  await keysState(client);
  server.backups.clear();
  server.accountData["m.secret_storage.default_key"] = { key: "one" };
  const again = await server.restarted(client);
  expect(await keysState(again)).toMatchObject({ hasRecovery: true, hasBackup: false });
  expect(server.backups.size).toBe(0);
});

it("makes no backup while nobody knows whether there is one", { timeout: SLOW_MS }, async () => {
  const client = await server.device("PHONE");
  await keysState(client);
  const versions = [...server.backups.keys()];
  const again = await server.restarted(client);
  server.breaks = (asked) => asked === "GET /room_keys/version";
  await keysState(again);
  expect([...server.backups.keys()]).toEqual(versions);
  expect(server.asked.filter((asked) => asked.startsWith("DELETE"))).toEqual([]);
});

it("looks at nothing while somebody starts over, and finishes what breaks off", {
  timeout: SLOW_MS,
}, async () => {
  const client = await server.device("PHONE");
  await keysState(client);
  const before = published();
  server.password = "right";
  vi.stubGlobal("fetch", async () => new Response("{}", { status: 200 }));
  server.breaks = (asked) => asked === SIGN;
  let reading: Promise<unknown> = Promise.resolve();
  client.once(CryptoEvent.KeyBackupStatus, () => {
    reading = keysState(client);
  });
  await expect(startOver(client, "right")).rejects.toThrow();
  await reading;
  expect(published()).not.toBe(before);
  server.breaks = () => false;
  expect(await keysState(client)).toEqual(READY);
  expect(server.backups.size).toBe(1);
});
