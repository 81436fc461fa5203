// @vitest-environment jsdom
import {
  ClientEvent,
  MatrixClient,
  MatrixEvent,
  MemoryStore,
  Room,
  RoomEvent,
  SyncState,
} from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ringForMissed } from "./missedRings";
import { hearSealedCalls } from "./sealedCalls";

const ME = "@alice:here";
const BOB = "@bob:here";

let client: MatrixClient;
/** What the SDK's calls are told, in order. */
let weighed: (string | undefined)[];
/** Rooms that this device remembers as encrypted. */
let remembered: string[];

beforeEach(() => {
  // The SDK has calls where the browser has this.
  vi.stubGlobal("RTCPeerConnection", class {});
  client = new MatrixClient({ baseUrl: "http://127.0.0.1", userId: ME, store: new MemoryStore() });
  remembered = [];
  weighed = [];
  Object.assign(client, {
    getCrypto: () => ({ isEncryptionEnabledInRoom: async (id: string) => remembered.includes(id) }),
  });
  client.on(ClientEvent.ReceivedVoipEvent, (event) => weighed.push(event.getId()));
  hearSealedCalls(client);
  client.callEventHandler?.start();
});

afterEach(() => {
  client.callEventHandler?.stop();
  vi.unstubAllGlobals();
});

function roomWith(roomId: string, { isEncrypted = false } = {}): Room {
  const room = new Room(roomId, client, ME);
  client.store.storeRoom(room);
  if (isEncrypted) {
    const content = { algorithm: "m.megolm.v1.aes-sha2" };
    const type = "m.room.encryption";
    room.currentState.setStateEvents([
      new MatrixEvent({ type, content, state_key: "", room_id: roomId, sender: BOB, event_id: "$sealed" }),
    ]);
  }
  return room;
}

/** What the SDK weighs, and makes no call of. */
const WAY = { type: "m.call.candidates", content: { call_id: "1", version: "1", lifetime: 0 } };

function said(id: string, roomId: string | undefined, type = WAY.type): MatrixEvent {
  const { content } = WAY;
  return new MatrixEvent({
    type,
    content,
    sender: BOB,
    event_id: id,
    ...(roomId !== undefined && { room_id: roomId }),
    unsigned: { age: 10 },
  });
}

function sealed(id: string, roomId: string): MatrixEvent {
  const event = said(id, roomId, "m.room.encrypted");
  // As if it had been opened with its key.
  Object.assign(event, { clearEvent: WAY });
  return event;
}

async function synced(): Promise<void> {
  client.emit(ClientEvent.Sync, SyncState.Syncing, SyncState.Syncing);
  await new Promise((resolve) => setTimeout(resolve));
}

function live(event: MatrixEvent, room: Room): void {
  client.emit(RoomEvent.Timeline, event, room, false, false, {} as never);
}

it("hears in an encrypted room only what is encrypted", async () => {
  const room = roomWith("!sealed", { isEncrypted: true });
  for (const type of [
    "m.call.invite",
    "m.call.answer",
    "m.call.negotiate",
    "org.matrix.call.asserted_identity",
  ])
    live(said(`$${type}`, "!sealed", type), room);
  live(sealed("$true", "!sealed"), room);
  await synced();
  expect(weighed).toEqual(["$true"]);
});

it("hears the steps of a call in an open room as before", async () => {
  const room = roomWith("!open");
  live(said("$invite", "!open", "m.call.invite"), room);
  live(said("$way", "!open"), room);
  await synced();
  expect(weighed).toEqual(["$invite", "$way"]);
});

it("takes a room for encrypted that was so once, whatever its state leaves out", async () => {
  const room = roomWith("!sealed");
  remembered.push("!sealed");
  live(said("$false", "!sealed", "m.call.invite"), room);
  live(sealed("$true", "!sealed"), room);
  await synced();
  expect(weighed).toEqual(["$true"]);
});

it("hears nothing open that is laid before the SDK later", async () => {
  const room = roomWith("!sealed", { isEncrypted: true });
  const events = [said("$false", "!sealed", "m.call.invite"), sealed("$true", "!sealed")];
  vi.spyOn(room.getLiveTimeline(), "getEvents").mockReturnValue(events);
  client.callEventHandler?.stop();
  ringForMissed(client);
  client.callEventHandler?.start();
  await synced();
  expect(weighed).toEqual(["$true"]);
});

it("hears nothing that came to this device alone", async () => {
  roomWith("!sealed", { isEncrypted: true });
  client.emit(ClientEvent.ToDeviceEvent, said("$one", "!sealed", "m.call.invite"));
  client.emit(ClientEvent.ToDeviceEvent, said("$two", undefined, "m.call.invite"));
  client.emit(ClientEvent.ToDeviceEvent, said("$three", "!unknown", "m.call.invite"));
  await synced();
  expect(weighed).toEqual([]);
});
