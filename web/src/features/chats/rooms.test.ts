// @vitest-environment jsdom
import type { TFunction } from "i18next";
import {
  createClient,
  type IEvent,
  KnownMembership,
  type MatrixClient,
  MatrixEvent,
  PendingEventOrdering,
  Room,
} from "matrix-js-sdk";
import { expect, it, vi } from "vitest";
import { chatsOf } from "./rooms";

const ME = "@alice:courtyard.test";
const BOB = "@bob:courtyard.test";
const ROOM = "!room:courtyard.test";
const t = ((key: string) => key) as unknown as TFunction;

function clientIn(membership: string): { client: MatrixClient; room: Room } {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
  const room = new Room(ROOM, client, ME, {
    pendingEventOrdering: PendingEventOrdering.Detached,
    timelineSupport: true,
  });
  room.updateMyMembership(membership);
  client.store.storeRoom(room);
  return { client, room };
}

let count = 0;
const event = (at: number, more: Partial<IEvent>): MatrixEvent =>
  new MatrixEvent({
    ...{ event_id: `$${++count}`, room_id: ROOM, sender: BOB, origin_server_ts: at },
    ...{ type: "m.room.message", content: { msgtype: "m.text", body: `at ${at}` } },
    ...more,
  });
const reaction = (at: number) =>
  event(at, {
    type: "m.reaction",
    content: { "m.relates_to": { rel_type: "m.annotation", event_id: "$1", key: "👍" } },
  });
/** Nobody knows yet what is in it, but it is about something else. */
const vote = (at: number) =>
  event(at, {
    type: "m.room.encrypted",
    content: { "m.relates_to": { rel_type: "m.reference", event_id: "$1" } },
  });

function add(room: Room, ...events: MatrixEvent[]): void {
  for (const one of events) room.getUnfilteredTimelineSet().addLiveEvent(one, { addToState: false });
}

it("shows what was said last, also when since then only other things came", () => {
  const { client, room } = clientIn(KnownMembership.Join);
  add(room, event(1_000, {}), reaction(2_000), vote(3_000));
  expect(chatsOf(client, t)[0]).toMatchObject({ at: 1_000, preview: "at 1000" });
  // A pause so long that the server leaves out what was in between.
  room.resetLiveTimeline("earlier", "later");
  add(room, reaction(4_000));
  expect(chatsOf(client, t)[0]).toMatchObject({ at: 1_000, preview: "at 1000" });
});

it("puts a chat of which nothing said is here where something happened in it", () => {
  const { client, room } = clientIn(KnownMembership.Join);
  expect(chatsOf(client, t)[0]).toMatchObject({ at: 0, preview: "" });
  add(room, reaction(4_000));
  expect(chatsOf(client, t)[0]).toMatchObject({ at: 4_000, preview: "" });
});

it("shows nothing that a blocked person said", () => {
  const { client, room } = clientIn(KnownMembership.Join);
  add(room, event(1_000, { sender: ME }), event(2_000, {}));
  vi.spyOn(client, "getIgnoredUsers").mockReturnValue([BOB]);
  expect(chatsOf(client, t)[0]).toMatchObject({ at: 1_000, preview: "at 1000" });
});

it("does not ask one to come to a blocked person", () => {
  const { client, room } = clientIn(KnownMembership.Invite);
  const asked = { type: "m.room.member", state_key: ME, content: { membership: "invite" } };
  room.currentState.setStateEvents([event(1_000, asked)]);
  expect(chatsOf(client, t)).toHaveLength(1);
  vi.spyOn(client, "getIgnoredUsers").mockReturnValue([BOB]);
  expect(chatsOf(client, t)).toHaveLength(0);
});

it("keeps the time of an invitation, which many servers do not tell", () => {
  const { client } = clientIn(KnownMembership.Invite);
  const now = vi.spyOn(Date, "now").mockReturnValue(5_000);
  expect(chatsOf(client, t)[0]?.at).toBe(5_000);
  now.mockReturnValue(6_000);
  expect(chatsOf(client, t)[0]?.at).toBe(5_000);
  now.mockRestore();
});

it("says in the reader's language what the server told the account, and what was written as it was", () => {
  const { client, room } = clientIn(KnownMembership.Join);
  vi.spyOn(room, "getType").mockReturnValue("org.courtyard.notices");
  const told = (at: number, about: Record<string, string>, sender = BOB) =>
    event(at, { sender, content: { msgtype: "m.text", body: `In English ${at}`, ...about } });
  const listed = () => chatsOf(client, t)[0];
  const statement = { "org.courtyard.decision": "d_1", "org.courtyard.statement": "s_1" };
  for (const [about, words] of [
    [statement, "notices.statement"],
    [{ "org.courtyard.decision": "d_1" }, "notices.news"],
    [{ "org.courtyard.report": "/reports/r_1" }, "notices.report"],
    [{ "org.courtyard.legal_request": "l_1" }, "notices.request"],
  ] as const) {
    add(room, told(1_000, about));
    expect(listed()).toMatchObject({ name: "notices.name", preview: words });
  }
  add(room, told(2_000, {}));
  expect(listed()?.preview).toBe("In English 2000");
  // Whoever sets the marks of the server on their own words does not speak as the server.
  add(room, told(3_000, statement, ME));
  expect(listed()?.preview).toBe("In English 3000");
  vi.spyOn(room, "getType").mockReturnValue(undefined);
  add(room, told(4_000, statement));
  expect(listed()?.preview).toBe("In English 4000");
});

it("shows also what came at a time that no calendar has", () => {
  const { client, room } = clientIn(KnownMembership.Join);
  add(room, event(2 ** 53 - 1, {}));
  expect(chatsOf(client, t)[0]).toMatchObject({ at: 0, preview: `at ${2 ** 53 - 1}` });
});

it("keeps the other chats where one cannot be summed up, and hides no fault", () => {
  const { client, room } = clientIn(KnownMembership.Join);
  const other = new Room("!other:courtyard.test", client, ME, {
    pendingEventOrdering: PendingEventOrdering.Detached,
  });
  other.updateMyMembership(KnownMembership.Join);
  client.store.storeRoom(other);
  add(room, event(1_000, {}));
  vi.spyOn(room, "getThreads").mockImplementation(() => {
    throw new Error("a fault of ours");
  });
  const told: unknown[] = [];
  vi.stubGlobal("reportError", (error: unknown) => told.push(error));
  const listed = () => chatsOf(client, t).map(({ roomId }) => roomId);
  expect(listed()).toEqual([ROOM, "!other:courtyard.test"]);
  expect(chatsOf(client, t)[0]).toMatchObject({ name: room.name, at: 1_000, preview: "" });
  // It is told once, and not with each event that comes.
  expect(told).toEqual([new Error("a fault of ours")]);
  vi.unstubAllGlobals();
});
