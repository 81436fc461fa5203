// @vitest-environment jsdom
/** With the SDK's own client and queue, before a server that does not take everything. */
import {
  EventStatus,
  EventType,
  MatrixClient,
  type MatrixEvent,
  MatrixScheduler,
  MemoryStore,
  PendingEventOrdering,
  Room,
  RoomEvent,
} from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { quietLogger } from "../../protocol/quiet";
import { factOf } from "./facts";
import { watch } from "./outbox";

const ME = "@alice:courtyard.test";
const GROUP = "!group:courtyard.test";
const FRIEND = "!friend:courtyard.test";
const TAKEN = 200;
const BAD_GATEWAY = 502;
/** So long everything is on its way. */
const ANSWERS_MS = 100;

let client: MatrixClient;
let group: Room;
let friend: Room;
/** What reached the server, and was taken. */
let taken: string[];
/** By its transaction: here, what is said. */
let written: Map<string, MatrixEvent>;
/** How the server answers what is said. */
let answer: (roomId: string, body: string) => number;
let leave: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  taken = [];
  written = new Map();
  client = new MatrixClient({
    baseUrl: "http://127.0.0.1",
    userId: ME,
    store: new MemoryStore(),
    scheduler: new MatrixScheduler(),
    logger: quietLogger(),
    fetchFn: async (input, init) => {
      await new Promise((resolve) => setTimeout(resolve, ANSWERS_MS));
      return respond(String(input), String(init?.body ?? "{}"));
    },
  });
  [group, friend] = [GROUP, FRIEND].map((roomId) => {
    const room = new Room(roomId, client, ME, { pendingEventOrdering: PendingEventOrdering.Detached });
    client.store.storeRoom(room);
    client.reEmitter.reEmit(room, [RoomEvent.LocalEchoUpdated]);
    return room;
  }) as [Room, Room];
  // What arrived comes back with a sync, and waits no more.
  client.on(RoomEvent.LocalEchoUpdated, (event, room) => {
    written.set(event.getTxnId() ?? "", event);
    if (event.status === EventStatus.SENT) room.removePendingEvent(event.getId() ?? "");
  });
  leave = watch(client);
});
afterEach(() => {
  leave();
  vi.useRealTimers();
});

function respond(url: string, content: string): Response {
  const roomId = url.includes(encodeURIComponent(GROUP)) ? GROUP : FRIEND;
  const said = JSON.parse(content) as { body?: string; "m.relates_to"?: { key: string } };
  const body = said.body ?? said["m.relates_to"]?.key ?? "deletion";
  const status = answer(roomId, body);
  if (status === BAD_GATEWAY) return new Response("<h1>Bad gateway</h1>", { status });
  const headers = { "Content-Type": "application/json" };
  if (status !== TAKEN) {
    return new Response(JSON.stringify({ errcode: "M_FORBIDDEN", error: "No." }), { status, headers });
  }
  taken.push(body);
  return new Response(JSON.stringify({ event_id: `$${body}` }), { headers });
}

async function say(room: Room, body: string): Promise<void> {
  client
    .sendEvent(room.roomId, EventType.RoomMessage, { msgtype: "m.text", body } as never, body)
    .catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1);
}

async function react(room: Room, key: string): Promise<void> {
  const content = { "m.relates_to": { rel_type: "m.annotation", event_id: "$said", key } };
  client.sendEvent(room.roomId, EventType.Reaction, content as never, key).catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1);
}

/** Return what has become of what was said or done. */
function stateOf(what: string): string | undefined {
  const event = written.get(what);
  return event === undefined ? "lost" : factOf(event, false).sending;
}

const refusedIn = (refusing: string) => (roomId: string) => (roomId === refusing ? 403 : TAKEN);

it("refuses nobody for what was refused elsewhere", async () => {
  answer = refusedIn(GROUP);
  await say(group, "to the group");
  await say(friend, "1");
  await say(friend, "2");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stateOf("to the group")).toBe("failed");
  expect(taken).toEqual(["1", "2"]);
  expect(["1", "2"].map(stateOf)).toEqual([undefined, undefined]);
});

it("sends what waited in other chats, in its order, when one is refused after a while offline", async () => {
  answer = () => {
    throw new TypeError("no connection");
  };
  await say(group, "to the group");
  await say(friend, "1");
  await say(friend, "2");
  await vi.advanceTimersByTimeAsync(1_000);
  answer = refusedIn(GROUP);
  window.dispatchEvent(new Event("online"));
  await say(friend, "3");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stateOf("to the group")).toBe("failed");
  expect(taken).toEqual(["1", "2", "3"]);
});

it("refuses only the one of a chat, and sends those behind it in their order", async () => {
  answer = (_, body) => (body === "too large" ? 413 : TAKEN);
  await say(friend, "too large");
  await say(friend, "1");
  await react(friend, "👍");
  await say(friend, "2");
  await vi.advanceTimersByTimeAsync(ANSWERS_MS);
  await say(friend, "3");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(stateOf("too large")).toBe("failed");
  expect(taken).toEqual(["1", "👍", "2", "3"]);
});

it("waits for a server that starts anew behind its proxy", async () => {
  answer = () => BAD_GATEWAY;
  await say(friend, "1");
  await react(friend, "👍");
  client.redactEvent(FRIEND, "$old", "deletion").catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1);
  // Longer than the SDK tries by itself.
  await vi.advanceTimersByTimeAsync(60_000);
  for (const what of ["1", "👍", "deletion"]) expect(["sending", "waiting"]).toContain(stateOf(what));
  answer = () => TAKEN;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(taken).toEqual(["1", "👍", "deletion"]);
});

it("goes on with what came to wait in one chat while another was being sent", async () => {
  const offline = (): number => {
    throw new TypeError("no connection");
  };
  answer = offline;
  await say(group, "1");
  await vi.advanceTimersByTimeAsync(1_000);
  answer = (roomId) => (roomId === GROUP ? BAD_GATEWAY : offline());
  window.dispatchEvent(new Event("online"));
  await vi.advanceTimersByTimeAsync(1_000);
  // The SDK has no queue for it.
  client.sendEvent(FRIEND, "m.sticker" as never, { body: "bun" } as never, "bun").catch(() => undefined);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stateOf("bun")).toBe("waiting");
  answer = () => TAKEN;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(taken).toEqual(["1", "bun"]);
});
