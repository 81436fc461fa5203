// @vitest-environment jsdom
import {
  ClientEvent,
  createClient,
  type MatrixClient,
  MatrixEvent,
  PendingEventOrdering,
  Room,
} from "matrix-js-sdk";
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

/** Let somebody block people, as the server tells it to every device. */
function ignore(client: MatrixClient, ...userIds: string[]): void {
  const content = { ignored_users: Object.fromEntries(userIds.map((id) => [id, {}])) };
  const event = new MatrixEvent({ type: "m.ignored_user_list", content });
  client.store.storeAccountDataEvents([event]);
  client.emit(ClientEvent.AccountData, event);
}

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

it("shows nothing of what a blocked person said, and all of it once they are not blocked any more", async () => {
  const client = clientWith(encrypted());
  const room = client.getRoom(ROOM);
  const told = { event_id: "$left", room_id: ROOM, sender: "@bob:courtyard.test", origin_server_ts: 2_000 };
  const left = { type: "m.room.member", state_key: told.sender, content: { membership: "leave" } };
  const mine = { event_id: "$mine", sender: ME, type: "m.room.message", content: { body: "Hello" } };
  for (const event of [
    { ...told, ...left },
    { ...told, ...mine },
  ]) {
    room?.getUnfilteredTimelineSet().addLiveEvent(new MatrixEvent(event), { addToState: false });
  }
  const feed = new Feed(client, ROOM, null);
  const leave = feed.subscribe(() => undefined);
  expect(feed.get().timeline.order).toEqual(["$said", "$left", "$mine"]);
  ignore(client, "@bob:courtyard.test", ME);
  await nextFrame();
  expect(feed.get().timeline.order).toEqual(["$left", "$mine"]);
  ignore(client);
  await nextFrame();
  expect(feed.get().timeline.order).toEqual(["$said", "$left", "$mine"]);
  leave();
});
