// @vitest-environment jsdom
import { createClient, type MatrixClient, MatrixEvent, PendingEventOrdering, Room } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { Feed } from "./feed";

const ME = "@alice:courtyard.test";
const ROOM = "!room:courtyard.test";

function clientWith(event: MatrixEvent): MatrixClient {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
  const room = new Room(ROOM, client, ME, { pendingEventOrdering: PendingEventOrdering.Detached });
  room.getUnfilteredTimelineSet().addLiveEvent(event, { addToState: false });
  client.store.storeRoom(room);
  return client;
}

function encrypted(): MatrixEvent {
  return new MatrixEvent({
    event_id: "$said",
    room_id: ROOM,
    sender: "@bob:courtyard.test",
    type: "m.room.encrypted",
    origin_server_ts: 1_000,
    content: { algorithm: "m.megolm.v1.aes-sha2", session_id: "key", ciphertext: "…" },
  });
}

const crypto = {
  decryptEvent: async () => ({ clearEvent: { type: "m.room.message", content: { body: "Good morning" } } }),
} as unknown as Parameters<MatrixEvent["attemptDecryption"]>[0];

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));

it("shows what was decrypted between drawing and listening", async () => {
  const event = encrypted();
  const feed = new Feed(clientWith(event), ROOM, null);
  expect(feed.get().timeline.facts.get("$said")?.type).toBe("m.room.encrypted");
  await event.attemptDecryption(crypto);
  const leave = feed.subscribe(() => undefined);
  await nextFrame();
  expect(feed.get().timeline.facts.get("$said")?.content).toEqual({ body: "Good morning" });
  leave();
});

it("shows what was decrypted while nobody looked", async () => {
  const event = encrypted();
  const feed = new Feed(clientWith(event), ROOM, null);
  feed.subscribe(() => undefined)();
  await event.attemptDecryption(crypto);
  const leave = feed.subscribe(() => undefined);
  await nextFrame();
  expect(feed.get().timeline.facts.get("$said")?.content).toEqual({ body: "Good morning" });
  leave();
});
