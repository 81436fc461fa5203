// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { type MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import type { RustCrypto } from "matrix-js-sdk/lib/rust-crypto/rust-crypto";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { beginKeys } from "../../protocol/firstKeys";
import { ALICE, KeyServer } from "../../protocol/firstKeys.fixture";
import { ClientContext } from "../../shell/client";
import { allWords, startLanguage } from "../../shell/i18n";
import { NewKeysBar } from "./NewKeysBar";

/** The SDK's own cryptography takes its time on a busy machine. */
const SLOW_MS = 30_000;
const SEALED = { algorithm: "m.megolm.v1.aes-sha2" };
const [BOB, CAN, DAN] = ["@bob:here", "@can:here", "@dan:here"] as const;

let server: KeyServer;
let alice: MatrixClient;

beforeAll(async () => {
  await startLanguage();
  await allWords("en");
});
beforeEach(async () => {
  server = new KeyServer();
  alice = await server.device("PHONE");
});
afterEach(() => {
  cleanup();
  server.stop();
  vi.restoreAllMocks();
});

/** Return a chat of Alice's with others, of whom some are only invited. */
function chat(others: readonly string[], { isEncrypted = true, invited = [] as string[] } = {}): Room {
  const room = new Room("!chat:here", alice, ALICE);
  const state = (type: string, key: string, content: object) =>
    new MatrixEvent({
      ...{ type, state_key: key, content, room_id: room.roomId, sender: ALICE },
      event_id: `$${type}${key}`,
    });
  const members = [ALICE, ...others, ...invited].map((id) =>
    state("m.room.member", id, { membership: invited.includes(id) ? "invite" : "join" }),
  );
  const create = state("m.room.create", "", {});
  const sealed = state("m.room.encryption", "", SEALED);
  room.currentState.setStateEvents([create, ...members, ...(isEncrypted ? [sealed] : [])]);
  alice.store.storeRoom(room);
  return room;
}

async function open(room: Room): Promise<void> {
  await act(async () => {
    render(
      <ClientContext value={alice}>
        <NewKeysBar room={room} nameOf={(userId) => userId.slice(1, 4).toUpperCase()} />
      </ClientContext>,
    );
  });
}

/** Let all be looked up that is going to be. */
async function looked(): Promise<void> {
  await act(async () => new Promise((resolve) => setTimeout(resolve, 300)));
}

async function needsApproval(userId: string): Promise<boolean | undefined> {
  return (await alice.getCrypto()?.getUserVerificationStatus(userId))?.needsUserApproval;
}

async function press(): Promise<void> {
  await act(async () => fireEvent.click(screen.getByRole("button", { name: "I know" })));
}

it("says that somebody has new keys until it is pressed away", { timeout: SLOW_MS }, async () => {
  await server.changes(BOB, alice);
  await server.changes(BOB, alice);
  expect(await needsApproval(BOB)).toBe(true);
  const room = chat([BOB, CAN]);
  await open(room);
  await screen.findByText(/^BOB has new keys\./);
  await press();
  await waitFor(() => expect(screen.queryByRole("button")).toBeNull());
  expect(await needsApproval(BOB)).toBe(false);

  cleanup();
  await open(room);
  await looked();
  expect(screen.queryByRole("button")).toBeNull();
  // Once more they are others.
  await act(async () => server.changes(BOB, alice));
  await screen.findByText(/^BOB has new keys\./);
});

it("says it as well where this device alone remembers that the chat is encrypted", {
  timeout: SLOW_MS,
}, async () => {
  await server.changes(BOB, alice);
  await server.changes(BOB, alice);
  const room = chat([BOB], { isEncrypted: false });
  const told = new MatrixEvent({ type: "m.room.encryption", state_key: "", content: SEALED });
  await (alice.getCrypto() as RustCrypto).onCryptoEvent(room, told);
  expect(room.hasEncryptionStateEvent()).toBe(false);
  await open(room);
  await screen.findByText(/^BOB has new keys\./);
});

it("hears of keys that change while the chat is open", { timeout: SLOW_MS }, async () => {
  await server.changes(BOB, alice);
  await open(chat([], { invited: [BOB] }));
  await looked();
  expect(screen.queryByRole("button")).toBeNull();
  await act(async () => server.changes(BOB, alice));
  await screen.findByText(/^BOB has new keys\./);
});

it("says nothing of first keys, of one's own, or where nothing is encrypted", {
  timeout: SLOW_MS,
}, async () => {
  await server.changes(BOB, alice);
  await server.changes(BOB, alice);
  await server.changes(CAN, alice);
  await server.changes(ALICE, alice);
  const status = vi.spyOn(
    alice.getCrypto() as NonNullable<ReturnType<MatrixClient["getCrypto"]>>,
    "getUserVerificationStatus",
  );
  await open(chat([BOB, CAN], { isEncrypted: false }));
  await looked();
  expect(screen.queryByRole("button")).toBeNull();
  expect(status).not.toHaveBeenCalled();

  cleanup();
  await open(chat([CAN]));
  await looked();
  expect(status.mock.calls).toEqual([[CAN]]);
  expect(screen.queryByRole("button")).toBeNull();
});

it("names one after the other, and whoever was named first stays so", { timeout: SLOW_MS }, async () => {
  for (const userId of [BOB, CAN, DAN, CAN, DAN]) await server.changes(userId, alice);
  await open(chat([BOB, CAN, DAN]));
  await screen.findByText(/^CAN and 1 other person here have new keys\./);
  await act(async () => server.changes(BOB, alice));
  await screen.findByText(/^CAN and 2 other people here have new keys\./);
  await press();
  await screen.findByText(/^DAN and 1 other person here have new keys\./);
  // Nobody is approved of who was not named.
  expect(await Promise.all([BOB, CAN, DAN].map(needsApproval))).toEqual([true, false, true]);
});

it("asks no server, and of a large group only a few at once, each person once", {
  timeout: SLOW_MS,
}, async () => {
  const crowd = Array.from({ length: 500 }, (_, index) => `@member${index}:here`);
  const crypto = alice.getCrypto() as NonNullable<ReturnType<MatrixClient["getCrypto"]>>;
  const answer = crypto.getUserVerificationStatus.bind(crypto);
  let [running, most] = [0, 0];
  const status = vi.spyOn(crypto, "getUserVerificationStatus").mockImplementation(async (userId) => {
    running += 1;
    most = Math.max(most, running);
    try {
      return await answer(userId);
    } finally {
      running -= 1;
    }
  });
  const asked = server.asked.length;
  const room = chat(crowd);
  await open(room);
  expect(status).not.toHaveBeenCalled();
  await waitFor(() => expect(status).toHaveBeenCalledTimes(500), { timeout: SLOW_MS });
  cleanup();
  await open(room);
  await looked();
  expect(status).toHaveBeenCalledTimes(500);
  expect(most).toBeLessThanOrEqual(20);
  expect(server.asked.length).toBe(asked);
  expect(alice.listenerCount(CryptoEvent.UserTrustStatusChanged)).toBe(1);
});

it("says whose identity has changed since one verified it, and lets one send again", {
  timeout: SLOW_MS,
}, async () => {
  const crypto = alice.getCrypto() as RustCrypto;
  await beginKeys(alice);
  await server.changes(BOB, alice);
  await server.verifies(BOB, alice);
  const room = chat([BOB, CAN]);
  await open(room);
  await looked();
  expect(screen.queryByRole("button")).toBeNull();
  await act(async () => server.changes(BOB, alice));
  await screen.findByText(/^BOB's identity has changed since you verified it\./);
  await press();
  await waitFor(() => expect(screen.queryByRole("button")).toBeNull());
  expect((await crypto.getUserVerificationStatus(BOB)).wasCrossSigningVerified()).toBe(false);
  expect(await needsApproval(BOB)).toBe(false);
});

it("says it as well when only the new keys were accepted before", { timeout: SLOW_MS }, async () => {
  await beginKeys(alice);
  await server.changes(BOB, alice);
  await server.verifies(BOB, alice);
  await server.changes(BOB, alice);
  await alice.getCrypto()?.pinCurrentUserIdentity(BOB);
  expect(await needsApproval(BOB)).toBe(false);
  await open(chat([BOB]));
  await screen.findByText(/^BOB's identity has changed since you verified it\./);
  await press();
  await waitFor(() => expect(screen.queryByRole("button")).toBeNull());
});
