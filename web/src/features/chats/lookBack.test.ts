// @vitest-environment jsdom
import { createClient, Direction, MatrixEvent, Room } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { lookBack } from "./lookBack";

const ME = "@alice:courtyard.test";

function said(roomId: string, at: number): MatrixEvent {
  return new MatrixEvent({
    event_id: `$${at} ${roomId}`,
    room_id: roomId,
    sender: ME,
    type: "m.room.message",
    origin_server_ts: at,
    content: { msgtype: "m.text", body: "tea" },
  });
}

/** Chats by the moment of their newest message: each page goes ten back, and 0 is the beginning. */
function chats(...newest: readonly number[]) {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
  client.decryptEventIfNeeded = async () => undefined;
  const asked: string[] = [];
  const rooms = newest.map((at) => {
    const room = new Room(`!${at}`, client, ME);
    room.getUnfilteredTimelineSet().addLiveEvent(said(room.roomId, at), { addToState: false });
    room.getLiveTimeline().setPaginationToken("more", Direction.Backward);
    return room;
  });
  client.paginateEventTimeline = async (piece) => {
    const id = piece.getRoomId() ?? "";
    const at = Math.max(0, (piece.getEvents()[0]?.getTs() ?? 0) - 10);
    asked.push(`${id} ${at}`);
    const room = rooms.find(({ roomId }) => roomId === id);
    room?.addEventsToTimeline([said(id, at)], true, false, piece, "more");
    piece.setPaginationToken(at === 0 ? null : "more", Direction.Backward);
    return true;
  };
  return { client, rooms, asked };
}

it("goes back equally far in all chats, until all is there", async () => {
  const { client, rooms, asked } = chats(15, 30);
  await lookBack(client, rooms, 100, () => false);
  expect(asked).toEqual(["!30 20", "!30 10", "!15 5", "!30 0", "!15 0"]);
});

it("ends after so many pages, and when it is told to", async () => {
  const { client, rooms, asked } = chats(1_000);
  await lookBack(client, rooms, 3, () => false);
  expect(asked.length).toBe(3);
  await lookBack(client, rooms, 100, () => asked.length >= 7);
  expect(asked.length).toBe(7);
});
