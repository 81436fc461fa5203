import { EncryptionSettings, RoomId, UserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ALICE, KeyServer } from "./firstKeys.fixture";
import { handInKeys } from "./handIn";
import { keysState } from "./keys";
import { cryptoOf, machineOf } from "./machine";

const SLOW_MS = 30_000;
const HAND_IN = "PUT /room_keys/keys";

let server: KeyServer;
beforeEach(() => {
  server = new KeyServer();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  server.stop();
});

/** Write the first message of a chat, as far as its key is concerned. */
async function write(client: MatrixClient): Promise<void> {
  const [room, machine] = [new RoomId(`!${Math.random()}:here`), machineOf(cryptoOf(client))];
  await machine.shareRoomKey(room, [new UserId(ALICE)], new EncryptionSettings());
  await machine.encryptRoomEvent(room, "m.room.message", "{}");
}

it("hands in what was written just now, and says what it could not", { timeout: SLOW_MS }, async () => {
  const client = await server.device("PHONE");
  // Nothing to hand in, and nothing to hand it in to.
  expect(await handInKeys(client)).toBe(true);
  await keysState(client);
  // The SDK's own handing in is put off for as long as it may be.
  vi.spyOn(Math, "random").mockReturnValue(0.99);

  await write(client);
  server.breaks = (asked) => asked === HAND_IN;
  expect(await handInKeys(client)).toBe(false);
  expect(server.handedIn).toHaveLength(0);

  server.breaks = () => false;
  // Twice at once, as when the SDK does it too.
  expect(await Promise.all([handInKeys(client), handInKeys(client)])).toEqual([true, true]);
  expect(new Set(server.handedIn)).toHaveLength(1);
  const asked = server.asked.length;
  expect(await handInKeys(client)).toBe(true);
  expect(server.asked).toHaveLength(asked);
});

it("waits for no answer for ever", { timeout: SLOW_MS }, async () => {
  const client = await server.device("PHONE");
  await keysState(client);
  await write(client);
  server.holds = (asked) => asked === HAND_IN;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const handing = handInKeys(client);
  await vi.waitFor(() => expect(server.asked).toContain(HAND_IN));
  vi.advanceTimersByTime(10_000);
  expect(await handing).toBe(false);
});
