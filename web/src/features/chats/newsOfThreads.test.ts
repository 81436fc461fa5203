// @vitest-environment jsdom
import { createClient, MatrixEvent, NotificationCountType, Room } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { hasUnknownThreads, newsOfThreads } from "./newsOfThreads";

const ME = "@alice:courtyard.test";
const ROOM = "!room:courtyard.test";

function said(id: string, at: number, threadId: string | null): MatrixEvent {
  const relation = threadId === null ? {} : { "m.relates_to": { rel_type: "m.thread", event_id: threadId } };
  return new MatrixEvent({
    event_id: id,
    room_id: ROOM,
    sender: "@bob:courtyard.test",
    type: "m.room.message",
    origin_server_ts: at,
    content: { msgtype: "m.text", body: id, ...relation },
  });
}

function roomWith(...threads: readonly [id: string, at: number, count: number][]): Room {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
  client.supportsThreads = () => true;
  const room = new Room(ROOM, client, ME);
  for (const [id, at, count] of threads) {
    const thread = room.createThread(id, said(id, 1, null), [], false);
    thread.timelineSet.addLiveEvent(said(`${id} answer`, at, id), { addToState: false });
    room.setThreadUnreadNotificationCount(id, NotificationCountType.Total, count);
  }
  return room;
}

function receipt(id: string, ts: number, threadId: string): MatrixEvent {
  const content = { [id]: { "m.read": { [ME]: { ts, thread_id: threadId } } } };
  return new MatrixEvent({ type: "m.receipt", room_id: ROOM, content });
}

it("leads to the thread with the newest of what is not read", () => {
  const room = roomWith(["$old", 2, 1], ["$new", 4, 3]);
  expect(newsOfThreads(room, ME)).toEqual({ threadId: "$new", count: 3 });
});

it("counts what the SDK did not", () => {
  const room = roomWith(["$root", 2, 0]);
  expect(newsOfThreads(room, ME)).toEqual({ threadId: "$root", count: 1 });
  room.addReceipt(receipt("$root answer", 5, "$root"));
  expect(newsOfThreads(room, ME)).toBe(null);
});

it("knows when it does not know a thread", () => {
  const room = roomWith(["$known", 2, 1]);
  room.setUnreadNotificationCount(NotificationCountType.Total, 2);
  expect(hasUnknownThreads(room)).toBe(false);
  room.setThreadUnreadNotificationCount("$elsewhere", NotificationCountType.Total, 1);
  expect(hasUnknownThreads(room)).toBe(true);
});
