// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import { createClient, type MatrixClient, MatrixEvent, PendingEventOrdering, Room } from "matrix-js-sdk";
import { createElement, type ReactNode } from "react";
import { expect, it, vi } from "vitest";
import { NOTHING } from "../../model/timeline";
import { ClientContext } from "../../shell/client";
import { markRead, tellRead, useReading } from "./useReading";

const ME = "@alice:courtyard.test";
const ROOM = "!room:courtyard.test";
const BOB = "@bob:courtyard.test";

function said(id: string, at: number, threadId: string | null = null): MatrixEvent {
  return new MatrixEvent({
    event_id: id,
    room_id: ROOM,
    sender: BOB,
    type: "m.room.message",
    origin_server_ts: at,
    content: {
      msgtype: "m.text",
      body: id,
      ...(threadId !== null && { "m.relates_to": { rel_type: "m.thread", event_id: threadId } }),
    },
  });
}

function roomWithThread(): { client: MatrixClient; room: Room; told: unknown[][] } {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
  client.supportsThreads = () => true;
  const room = new Room(ROOM, client, ME, { pendingEventOrdering: PendingEventOrdering.Detached });
  client.store.storeRoom(room);
  const root = said("$root", 1);
  room.getUnfilteredTimelineSet().addLiveEvent(root, { addToState: false });
  room.getUnfilteredTimelineSet().addLiveEvent(said("$last", 2), { addToState: false });
  const thread = room.createThread("$root", root, [], false);
  thread.timelineSet.addLiveEvent(said("$answer", 3, "$root"), { addToState: false });
  const told: unknown[][] = [];
  client.sendReadReceipt = vi.fn(async (event, _kind, isUnthreaded) => {
    told.push([event?.getId(), isUnthreaded ?? false]);
    return {};
  });
  client.setRoomReadMarkersHttpRequest = vi.fn(async (_room, id) => {
    told.push(["fully", id]);
    return {};
  });
  return { client, room, told };
}

it("says of a chat what was read in it, and nothing of its threads", () => {
  const { client, room, told } = roomWithThread();
  tellRead(client, room, null);
  expect(told).toEqual([
    ["$last", false],
    ["fully", "$last"],
  ]);
});

it("says of a thread what was read in that", () => {
  const { client, room, told } = roomWithThread();
  tellRead(client, room, "$root");
  expect(told).toEqual([["$answer", false]]);
});

it("says it once: the server knows what it has told back", () => {
  const { client, room, told } = roomWithThread();
  const receipt = { $last: { "m.read.private": { [ME]: { ts: 4, thread_id: "main" } } } };
  room.addReceipt(new MatrixEvent({ type: "m.receipt", room_id: ROOM, content: receipt }));
  tellRead(client, room, null);
  expect(told).toEqual([]);
});

it("takes a whole chat as read with everything in its threads", async () => {
  const { client, room, told } = roomWithThread();
  await markRead(client, room);
  expect(told).toEqual([
    ["$answer", true],
    ["fully", "$last"],
  ]);
});

it("says it again when there is a connection, if it did not arrive", () => {
  const { client, room, told } = roomWithThread();
  const wrapper = ({ children }: { children: ReactNode }) =>
    createElement(ClientContext, { value: client }, children);
  const timeline = { ...NOTHING, order: ["$root", "$last"] };
  const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  const { unmount } = renderHook(() => useReading(room, null, timeline, true), { wrapper });
  expect(told.length).toBe(2);
  for (const isOnline of [false, true]) {
    onLine.mockReturnValue(isOnline);
    act(() => void window.dispatchEvent(new Event(isOnline ? "online" : "offline")));
  }
  expect(told.length).toBe(4);
  unmount();
});

it("says nothing of what is not in sight", () => {
  const { client, room, told } = roomWithThread();
  const wrapper = ({ children }: { children: ReactNode }) =>
    createElement(ClientContext, { value: client }, children);
  const timeline = { ...NOTHING, order: ["$root", "$last"] };
  renderHook(() => useReading(room, null, timeline, false), { wrapper }).unmount();
  expect(told).toEqual([]);
});
