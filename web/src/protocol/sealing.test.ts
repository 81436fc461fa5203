import { type MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import type { RustCrypto } from "matrix-js-sdk/lib/rust-crypto/rust-crypto";
import { expect, it, vi } from "vitest";
import { ALICE, KeyServer } from "./firstKeys.fixture";
import { isSealed, isToldOpen } from "./sealing";

interface Told {
  readonly state?: boolean;
  readonly crypto?: boolean;
  readonly membership?: string;
  /** The event that a room begins with; null: nothing of the room is told yet. */
  readonly create?: Partial<MatrixEvent["event"]> | null;
}

function roomOf({ state = false, membership = "join", create = { event_id: "$create" } }: Told) {
  return {
    getMyMembership: () => membership,
    hasEncryptionStateEvent: () => state,
    currentState: { getStateEvents: () => create && { getId: () => create.event_id } },
  };
}

function clientOf(told: Told | null) {
  const isEncryptionEnabledInRoom = vi.fn(async () => told?.crypto ?? false);
  const client = { getRoom: () => told && roomOf(told), getCrypto: () => ({ isEncryptionEnabledInRoom }) };
  return client as unknown as MatrixClient;
}

const sealing = (told: Told | null) => isSealed(clientOf(told), "!room");
const isOpenIn = (told: Told) => isToldOpen(roomOf(told) as never);

it("takes a room for encrypted where its state says so, or this device remembers it", async () => {
  expect(await sealing({ state: true })).toBe(true);
  expect(await sealing({ state: false, crypto: true })).toBe(true);
  expect(await sealing({ state: false, crypto: false })).toBe(false);
});

it("finds with the SDK's own cryptography that what was encrypted once stays so", async () => {
  const server = new KeyServer();
  const client = await server.device("PHONE");
  const room = new Room("!room:here", client, ALICE);
  client.store.storeRoom(room);
  expect(await isSealed(client, room.roomId)).toBe(false);
  const content = { algorithm: "m.megolm.v1.aes-sha2" };
  const told = new MatrixEvent({ type: "m.room.encryption", state_key: "", content });
  await (client.getCrypto() as RustCrypto).onCryptoEvent(room, told);
  expect(room.hasEncryptionStateEvent()).toBe(false);
  expect(await isSealed(client, room.roomId)).toBe(true);
  server.stop();
});

it("seals what goes into a room that is not known here", async () => {
  expect(await sealing(null)).toBe(true);
});

it("finds a room told to be open only where enough of it is told", () => {
  expect(isOpenIn({})).toBe(true);
  expect(isOpenIn({ state: true })).toBe(false);
  expect(isOpenIn({ create: null })).toBe(false);
  // What an invitation showed is not the whole of it once one is in, and is all there is before.
  expect(isOpenIn({ create: {} })).toBe(false);
  expect(isOpenIn({ create: {}, membership: "invite" })).toBe(true);
  expect(isOpenIn({ create: null, membership: "invite" })).toBe(false);
  expect(isToldOpen(null)).toBe(false);
});
