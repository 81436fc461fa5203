import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { expect, it, vi } from "vitest";
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
