// @vitest-environment jsdom
import { cleanup, renderHook } from "@testing-library/react";
import { MatrixClient, MatrixEvent, MatrixEventEvent, MemoryStore, Room, RoomEvent } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DECLINE, declining, NOTIFICATION } from "../../../model/groupRing";
import { endRing, listenForRings, useRing } from "./ringNow";

const [ME, BOB, ROOM] = ["@alice:here", "@bob:here", "!crew:here"] as const;

let client: MatrixClient;
let room: Room;
/** Rooms that this device remembers as encrypted. */
let remembered: string[];
let stop: () => void;

beforeEach(() => {
  client = new MatrixClient({ baseUrl: "http://127.0.0.1", userId: ME, store: new MemoryStore() });
  remembered = [];
  Object.assign(client, {
    getCrypto: () => ({ isEncryptionEnabledInRoom: async (id: string) => remembered.includes(id) }),
  });
  room = new Room(ROOM, client, ME);
  client.store.storeRoom(room);
  stop = listenForRings(client);
});

afterEach(() => {
  stop();
  cleanup();
});

function encrypt(): void {
  const [type, content] = ["m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2" }];
  room.currentState.setStateEvents([
    new MatrixEvent({ type, content, state_key: "", room_id: ROOM, sender: BOB, event_id: "$sealed" }),
  ]);
}

function said(id: string, sender: string, type: string, content: object): MatrixEvent {
  return new MatrixEvent({
    ...{ type, sender, content: { ...content }, event_id: id, room_id: ROOM, origin_server_ts: Date.now() },
    unsigned: { age: 10 },
  });
}

const ring = () => ({
  "m.mentions": { room: true },
  notification_type: "ring",
  sender_ts: Date.now(),
  lifetime: 60_000,
});

const opened = (event: MatrixEvent, type: string, content: object) =>
  Object.assign(event, { clearEvent: { type, content } });

/** What is still closed, as the SDK makes it: it tells of it when it is opened. */
function closed(id: string): MatrixEvent {
  const { event } = said(id, BOB, "m.room.encrypted", {});
  return client.getEventMapper({ decrypt: false })(event);
}

/** Its key has come. */
function open(event: MatrixEvent, type: string, content: object): void {
  event.emit(MatrixEventEvent.Decrypted, opened(event, type, content));
}

function sealed(id: string, sender: string, type: string, content: object): MatrixEvent {
  // As if it had been opened with its key.
  return opened(said(id, sender, "m.room.encrypted", {}), type, content);
}

async function came(event: MatrixEvent): Promise<string | null> {
  client.emit(RoomEvent.Timeline, event, room, false, false, {} as never);
  return rung();
}

async function rung(): Promise<string | null> {
  await new Promise((resolve) => setTimeout(resolve));
  return renderHook(useRing).result.current?.eventId ?? null;
}

it("rings in an open group as before", async () => {
  expect(await came(said("$ring", BOB, NOTIFICATION, ring()))).toBe("$ring");
});

it.each(["its state", "this device"])(
  "rings for nothing open in a group that %s has as encrypted",
  async (by) => {
    if (by === "its state") encrypt();
    else remembered.push(ROOM);
    expect(await came(said("$false", BOB, NOTIFICATION, ring()))).toBeNull();
    expect(await came(sealed("$true", BOB, NOTIFICATION, ring()))).toBe("$true");
  },
);

it("rings for what is opened later", async () => {
  encrypt();
  const event = closed("$late");
  expect(await came(event)).toBeNull();
  open(event, NOTIFICATION, ring());
  expect(await rung()).toBe("$late");
});

it("rings for nothing that is opened when nobody listens any more", async () => {
  encrypt();
  const event = closed("$late");
  await came(event);
  stop();
  open(event, NOTIFICATION, ring());
  expect(await rung()).toBeNull();
});

it("rings for nothing of long ago that is opened now", async () => {
  encrypt();
  const event = closed("$old");
  client.emit(RoomEvent.Timeline, event, room, true, false, {} as never);
  open(event, NOTIFICATION, ring());
  expect(await rung()).toBeNull();
});

it("does not ring again for what is opened once more", async () => {
  encrypt();
  const event = closed("$late");
  await came(event);
  open(event, NOTIFICATION, ring());
  endRing("$late");
  open(event, NOTIFICATION, ring());
  expect(await rung()).toBeNull();
});

it("falls silent for what one declined elsewhere, and for nothing that a server can have written", async () => {
  encrypt();
  await came(sealed("$ring", BOB, NOTIFICATION, ring()));
  expect(await came(said("$false", ME, DECLINE, declining("$ring")))).toBe("$ring");
  expect(await came(sealed("$no", ME, DECLINE, declining("$ring")))).toBeNull();
});

it("does not ring any more when it is too late to ask", async () => {
  const asked = came(said("$ring", BOB, NOTIFICATION, ring()));
  stop();
  expect(await asked).toBeNull();
  endRing("$ring");
});
