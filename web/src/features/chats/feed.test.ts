// @vitest-environment jsdom
import {
  ClientEvent,
  createClient,
  Direction,
  EventStatus,
  type MatrixClient,
  MatrixEvent,
  PendingEventOrdering,
  Room,
} from "matrix-js-sdk";
import { expect, it } from "vitest";
import { saidOf } from "../../model/said";
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

function said(id: string): MatrixEvent {
  return new MatrixEvent({
    event_id: id,
    room_id: ROOM,
    sender: "@bob:courtyard.test",
    type: "m.room.message",
    origin_server_ts: 1_000,
    content: { msgtype: "m.text", body: id },
  });
}

it.each([true, false])(
  "marks what was said openly where this device remembers encryption (%s)",
  async (isRemembered) => {
    const client = clientWith(said("$open"));
    const create = {
      event_id: "$create",
      room_id: ROOM,
      sender: ME,
      type: "m.room.create",
      state_key: "",
      content: {},
    };
    const room = client.getRoom(ROOM);
    room?.currentState.setStateEvents([new MatrixEvent(create)]);
    room?.updateMyMembership("join");
    const crypto = { isEncryptionEnabledInRoom: async () => isRemembered };
    client.getCrypto = () => crypto as unknown as ReturnType<typeof client.getCrypto>;
    const feed = new Feed(client, ROOM, null);
    const leave = feed.subscribe(() => undefined);
    await nextFrame();
    expect(feed.get().timeline.facts.get("$open")?.isOpen ?? false).toBe(isRemembered);
    leave();
  },
);

/** A conversation with two pages before what is loaded; `fetches` takes what happens to each request for one. */
function withOlder(fetches: (() => Promise<void>)[]): Feed {
  const client = clientWith(said("$newest"));
  const room = client.getRoom(ROOM);
  const live = room?.getLiveTimeline();
  live?.setPaginationToken("more", Direction.Backward);
  const pages = ["$old", "$oldest"];
  client.paginateEventTimeline = async () => {
    await fetches.shift()?.();
    const id = pages.shift();
    if (id !== undefined && live !== undefined) {
      room?.addEventsToTimeline([said(id)], true, false, live, pages.length === 0 ? undefined : "more");
      if (pages.length === 0) live.setPaginationToken(null, Direction.Backward);
    }
    return true;
  };
  return new Feed(client, ROOM, null);
}

it("waits for the page that is on its way before it says that a message is not there", async () => {
  let arrive = (): void => undefined;
  const feed = withOlder([
    () =>
      new Promise((resolve) => {
        arrive = resolve;
      }),
  ]);
  const scrolled = feed.loadOlder();
  const jump = feed.loadUpTo("$old");
  arrive();
  await scrolled;
  expect(await jump).toBe(true);
});

it("passes over a page of nothing but signs, whatever is said meanwhile", async () => {
  const client = clientWith(said("$newest"));
  const room = client.getRoom(ROOM);
  const live = room?.getLiveTimeline();
  live?.setPaginationToken("more", Direction.Backward);
  const relation = { rel_type: "m.annotation", event_id: "$newest", key: "👍" };
  const sign = { ...said("$sign").event, type: "m.reaction", content: { "m.relates_to": relation } };
  const pages = [new MatrixEvent(sign), said("$old"), said("$oldest")];
  client.paginateEventTimeline = async () => {
    const event = pages.shift();
    room?.getUnfilteredTimelineSet().addLiveEvent(said(`$meanwhile${pages.length}`), { addToState: false });
    if (event !== undefined && live !== undefined)
      room?.addEventsToTimeline([event], true, false, live, "more");
    return true;
  };
  const feed = new Feed(client, ROOM, null);
  await feed.loadOlder();
  expect(feed.get().timeline.order).toEqual(["$old", "$sign", "$newest", "$meanwhile2", "$meanwhile1"]);
});

it("looks anew after a page that could not be had", async () => {
  const feed = withOlder([() => Promise.reject(new Error("offline"))]);
  expect(await feed.loadUpTo("$oldest")).toBe(null);
  expect(feed.get().hasFailed).toBe(true);
  expect(await feed.loadUpTo("$oldest")).toBe(true);
  expect(await feed.loadUpTo("$never")).toBe(false);
});

it("shows a sign in a thread while it waits for a connection", () => {
  const client = clientWith(said("$root"));
  client.supportsThreads = () => true;
  const room = client.getRoom(ROOM);
  const root = room?.findEventById("$root");
  const sign = new MatrixEvent({
    event_id: "~sign",
    room_id: ROOM,
    sender: ME,
    type: "m.reaction",
    content: { "m.relates_to": { rel_type: "m.annotation", event_id: "$root", key: "👍" } },
  });
  sign.setStatus(EventStatus.NOT_SENT);
  room?.createThread("$root", root, [], false);
  room?.addPendingEvent(sign, "sign");
  const { timeline } = new Feed(client, ROOM, "$root").get();
  expect(timeline.about.get("$root")).toEqual(["~sign"]);
});

it("has the last wording of what a thread is about, however far back that is", () => {
  const client = clientWith(said("$later"));
  client.supportsThreads = () => true;
  const room = client.getRoom(ROOM);
  const root = said("$root");
  const words = { "m.new_content": { body: "new words" } };
  const relation = { "m.relates_to": { rel_type: "m.replace", event_id: "$root" } };
  const edit = new MatrixEvent({ ...said("$edit").event, content: { ...words, ...relation } });
  // So does the SDK with an edit that the server gives along.
  root.makeReplaced(edit);
  room?.createThread("$root", root, [root], false);
  const { timeline } = new Feed(client, ROOM, "$root").get();
  expect(saidOf(timeline, "$root", ME)?.content).toEqual({ body: "new words" });
});
