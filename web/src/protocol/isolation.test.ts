import { CollectStrategy, EncryptionSettings, RoomId, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { ClientEvent, type MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import {
  type CryptoApi,
  CryptoEvent,
  DecryptionFailureCode,
  DeviceIsolationModeKind,
  UserVerificationStatus,
} from "matrix-js-sdk/lib/crypto-api";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PRIVACY } from "../model/privacy";
import { beginKeys } from "./firstKeys";
import { ALICE, KeyServer } from "./firstKeys.fixture";
import { heldBackBy, isolateByChoice } from "./isolation";
import { machineOf } from "./machine";

const { AllDevicesIsolationMode: ALL, OnlySignedDevicesIsolationMode: CONFIRMED } = DeviceIsolationModeKind;

let server: KeyServer;
let client: MatrixClient;
let crypto: CryptoApi;

beforeEach(async () => {
  server = new KeyServer();
  client = await server.device("PHONE");
  crypto = client.getCrypto() as CryptoApi;
});

afterEach(() => server.stop());

/** Let the server tell what was chosen, on whichever device. */
function chosen(confirmed: boolean): void {
  const event = new MatrixEvent({ type: PRIVACY, content: { confirmed } });
  client.store.storeAccountDataEvents([event]);
  client.emit(ClientEvent.AccountData, event);
}

/** How the SDK treats devices now. */
const mode = () => (crypto as unknown as { deviceIsolationMode: { kind: unknown } }).deviceIsolationMode.kind;

it("writes to all devices until something else is chosen, and from then on without a new start", () => {
  isolateByChoice(client);
  expect(mode()).toBe(ALL);
  chosen(true);
  expect(mode()).toBe(CONFIRMED);
  chosen(false);
  expect(mode()).toBe(ALL);
});

it("takes what was chosen before from the start on", () => {
  chosen(true);
  isolateByChoice(client);
  expect(mode()).toBe(CONFIRMED);
});

it("gives the keys of a group's call to confirmed devices alone", async () => {
  const given = vi.fn(async (_type: string, devices: unknown) => devices);
  Object.assign(crypto, {
    encryptToDeviceMessages: given,
    getDeviceVerificationStatus: async (_: string, id: string) =>
      id === "NONE" ? null : { signedByOwner: id === "OWN" },
  });
  isolateByChoice(client);
  const devices = ["OWN", "OTHER", "NONE"].map((deviceId) => ({ userId: ALICE, deviceId }));
  await crypto.encryptToDeviceMessages("key", devices, {});
  expect(given).toHaveBeenLastCalledWith("key", devices, {});
  chosen(true);
  await crypto.encryptToDeviceMessages("key", devices, {});
  expect(given).toHaveBeenLastCalledWith("key", devices.slice(0, 1), {});
});

/** An event that could not be opened. */
function failed(reason: DecryptionFailureCode) {
  const event = new MatrixEvent({ type: "m.room.encrypted", content: {} });
  vi.spyOn(event, "isDecryptionFailure").mockReturnValue(true);
  vi.spyOn(event, "decryptionFailureReason", "get").mockReturnValue(reason);
  return { event, tried: vi.spyOn(event, "attemptDecryption").mockResolvedValue() };
}

function roomOf(...events: readonly MatrixEvent[]): Room {
  const room = new Room("!room:here", client, ALICE);
  client.store.storeRoom(room);
  vi.spyOn(room.getLiveTimeline(), "getEvents").mockReturnValue([...events]);
  return room;
}

it.each([
  DecryptionFailureCode.UNSIGNED_SENDER_DEVICE,
  DecryptionFailureCode.UNKNOWN_SENDER_DEVICE,
  DecryptionFailureCode.SENDER_IDENTITY_PREVIOUSLY_VERIFIED,
])("opens what was left out for %s when it may be read by now, and when all is read again", (reason) => {
  const left = failed(reason);
  const late = failed(DecryptionFailureCode.MEGOLM_UNKNOWN_INBOUND_SESSION_ID);
  roomOf(left.event, late.event);
  isolateByChoice(client);
  client.emit(CryptoEvent.DevicesUpdated, [ALICE], false);
  expect(left.tried).not.toHaveBeenCalled();
  chosen(true);
  client.emit(CryptoEvent.DevicesUpdated, [ALICE], false);
  expect(left.tried).toHaveBeenCalledOnce();
  client.emit(CryptoEvent.UserTrustStatusChanged, ALICE, new UserVerificationStatus(true, true, true));
  expect(left.tried).toHaveBeenCalledTimes(2);
  chosen(false);
  expect(left.tried).toHaveBeenCalledTimes(3);
  expect(late.tried).not.toHaveBeenCalled();
});

it("opens what was left out in threads, which are not in the room's own timeline", () => {
  const left = failed(DecryptionFailureCode.UNSIGNED_SENDER_DEVICE);
  const room = roomOf();
  const root = new MatrixEvent({ type: "m.room.message", event_id: "$root", room_id: room.roomId });
  const thread = room.createThread("$root", root, [], false);
  vi.spyOn(thread.liveTimeline, "getEvents").mockReturnValue([left.event]);
  isolateByChoice(client);
  chosen(true);
  chosen(false);
  expect(left.tried).toHaveBeenCalledOnce();
});

const BOB = "@bob:here";

/** Give Bob the key of what is written in a chat, as the SDK does for who writes to confirmed devices alone; return what is said to go wrong. */
async function wrongWhenWriting(): Promise<unknown> {
  const settings = new EncryptionSettings();
  settings.sharingStrategy = CollectStrategy.identityBasedStrategy();
  const room = new RoomId(`!${globalThis.crypto.randomUUID()}:here`);
  const given = machineOf(crypto).shareRoomKey(
    room,
    [ALICE, BOB].map((id) => new UserId(id)),
    settings,
  );
  return given.then(
    () => null,
    (error: unknown) => error,
  );
}

describe("what keeps a message back, in the words of the SDK that is installed", () => {
  it("is that the account has no keys to tell confirmed devices by", async () => {
    await server.changes(BOB, client);
    expect(heldBackBy(await wrongWhenWriting())).toBe("device");
  });

  it("is that this very device is not confirmed", async () => {
    await server.changes(ALICE, client);
    expect(heldBackBy(await wrongWhenWriting())).toBe("device");
  });

  it("is that somebody's identity has changed since it was verified, until that is accepted", async () => {
    await beginKeys(client);
    await server.changes(BOB, client);
    await server.verifies(BOB, client);
    expect(await wrongWhenWriting()).toBeNull();
    await server.changes(BOB, client);
    expect(heldBackBy(await wrongWhenWriting())).toBe("identity");
    await crypto.pinCurrentUserIdentity(BOB);
    expect(heldBackBy(await wrongWhenWriting())).toBe("identity");
    await crypto.withdrawVerificationRequirement(BOB);
    expect(await wrongWhenWriting()).toBeNull();
  });

  it("is nothing else that goes wrong", () => {
    expect(["offline", undefined, new Error("no network")].map(heldBackBy)).toEqual([null, null, null]);
  });
});
