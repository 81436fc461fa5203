import { EventEmitter } from "node:events";
import { ClientEvent, Device, type MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import { processToDeviceMessages } from "matrix-js-sdk/lib/sync";
import { beforeEach, expect, it } from "vitest";
import { PRIVACY } from "../../../model/privacy";
import { SealedKeys } from "./keys";

const BOB = "@bob:courtyard.test";

/** Bob's devices: the one that he has confirmed, and one that somebody has added. */
let signed: string[];
/** The keys that may be used now, by the device that is heard with them. */
let used: Map<string, number[]>;
let accountData: MatrixEvent | undefined;
let client: EventEmitter;
let sealed: SealedKeys;

function device(deviceId: string): [string, Device] {
  const keys = new Map([[`curve25519:${deviceId}`, `seal of ${deviceId}`]]);
  return [deviceId, new Device({ deviceId, userId: BOB, keys, algorithms: [] })];
}

beforeEach(() => {
  signed = ["PHONE"];
  used = new Map();
  accountData = undefined;
  client = Object.assign(new EventEmitter(), {
    getAccountData: () => accountData,
    getCrypto: () => ({
      getUserDeviceInfo: async () => new Map([[BOB, new Map([device("PHONE"), device("ADDED")])]]),
      getDeviceVerificationStatus: async (_: string, id: string) => ({ signedByOwner: signed.includes(id) }),
    }),
  });
  // As the Matrix SDK hands keys on, whatever they came in.
  client.on(ClientEvent.ToDeviceEvent, (event: MatrixEvent) => {
    const { keys, member } = event.getContent();
    const key = Uint8Array.from(atob(keys.key), (letter) => letter.charCodeAt(0));
    const { claimed_device_id: deviceId } = member;
    void sealed.offer({ userId: BOB, deviceId, key, index: keys.index, identity: deviceId });
  });
  sealed = new SealedKeys(client as unknown as MatrixClient, (identity, key, index) => {
    if (key.length === 1) used.set(identity, [...(used.get(identity) ?? []), index]);
    else used.delete(identity);
  });
  return () => sealed.stop();
});

/** Let a key come, of one byte and its index, from a device, or in the clear. */
function comes(index: number, from: string | null, claimed = from ?? "PHONE"): void {
  const message = {
    type: "io.element.call.encryption_keys",
    sender: BOB,
    content: {
      keys: { key: btoa(String.fromCharCode(index % 256)), index },
      member: { claimed_device_id: claimed },
    },
  };
  const info = { sender: BOB, senderCurve25519KeyBase64: `seal of ${from}`, senderVerified: false };
  const encryptionInfo = from === null ? null : { ...info, senderDevice: claimed };
  processToDeviceMessages([{ message, encryptionInfo }], client as unknown as MatrixClient);
}

/** Let one have chosen to write to confirmed devices alone. */
function choose(confirmed: boolean): void {
  accountData = new MatrixEvent({ type: PRIVACY, content: { confirmed } });
  client.emit(ClientEvent.AccountData, accountData);
}

const weighed = () => new Promise((resolve) => setTimeout(resolve));

it("uses only keys that came sealed", async () => {
  comes(0, null);
  comes(1, "PHONE");
  await weighed();
  expect([...used]).toEqual([["PHONE", [1]]]);
});

it.each([
  [false, ["PHONE", "ADDED"]],
  [true, ["PHONE"]],
])("uses those of confirmed devices alone where that is chosen: %s", async (isChosen, heard) => {
  choose(isChosen);
  comes(0, "PHONE");
  comes(0, "ADDED");
  await weighed();
  expect([...used.keys()]).toEqual(heard);
});

it.each([false, true])("uses none of a device that passes for another, chosen: %s", async (isChosen) => {
  choose(isChosen);
  comes(0, "ADDED", "PHONE");
  comes(1, "UNKNOWN", "PHONE");
  comes(2, "UNKNOWN");
  await weighed();
  expect([...used]).toEqual([]);
});

it("hears an added device no more when one chooses so, and again when one chooses otherwise", async () => {
  comes(0, "PHONE");
  comes(0, "ADDED");
  await weighed();
  choose(true);
  await weighed();
  expect([...used.keys()]).toEqual(["PHONE"]);
  choose(false);
  await weighed();
  expect([...used.keys()]).toEqual(["PHONE", "ADDED"]);
});

it("hears a device as soon as its owner has confirmed it", async () => {
  choose(true);
  comes(0, "ADDED");
  await weighed();
  signed.push("ADDED");
  client.emit(CryptoEvent.DevicesUpdated, [BOB], false);
  await weighed();
  expect([...used.keys()]).toEqual(["ADDED"]);
});

it("uses the newest however many came before", async () => {
  for (let index = 0; index <= 2_000; index += 1) comes(index, "PHONE");
  await weighed();
  expect(used.get("PHONE")?.slice(-2)).toEqual([1_999, 2_000]);
});

it("uses nothing any more once it has stopped", async () => {
  comes(0, "PHONE");
  sealed.stop();
  await weighed();
  expect([...used]).toEqual([]);
  expect(client.listenerCount(ClientEvent.ReceivedToDeviceMessage)).toBe(0);
});
