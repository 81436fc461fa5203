// @vitest-environment jsdom
import {
  EventStatus,
  type MatrixCall,
  MatrixClient,
  MatrixEvent,
  MemoryStore,
  PendingEventOrdering,
  Room,
} from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { patientScheduler } from "../../protocol/patience";
import { withdraw } from "./events";

const ME = "@alice:here";
const ROOM = "!chat:here";

let client: MatrixClient;
let room: Room;
let asked: string[];

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  client = new MatrixClient({
    baseUrl: "http://127.0.0.1",
    userId: ME,
    store: new MemoryStore(),
    scheduler: patientScheduler(),
    fetchFn: async (url) => {
      asked.push(String(url));
      throw new TypeError("no network");
    },
  });
  room = new Room(ROOM, client, ME, { pendingEventOrdering: PendingEventOrdering.Detached });
  client.store.storeRoom(room);
});

afterEach(() => void vi.useRealTimers());

const over = (callId: string) => withdraw(client, { roomId: ROOM, callId } as MatrixCall);
const left = () => room.getPendingEvents().map((event) => event.getType());

function send(type: string): void {
  void client.sendEvent(ROOM, type as never, { call_id: "1" } as never);
}

it("tries no step of a call again that is over", async () => {
  send("m.call.negotiate");
  send("m.call.candidates");
  await vi.advanceTimersByTimeAsync(1_500);
  expect(asked).toHaveLength(2);
  over("2");
  expect(left()).toHaveLength(2);
  over("1");
  expect(left()).toEqual([]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(asked).toHaveLength(2);
});

it("takes back what waits for its keys, and not that the call is over", () => {
  for (const type of ["m.call.answer", "m.call.hangup", "m.room.message"]) {
    const content = { call_id: "1" };
    const event = new MatrixEvent({ event_id: `~${type}`, room_id: ROOM, sender: ME, type, content });
    event.setTxnId(type);
    event.setStatus(EventStatus.SENDING);
    room.addPendingEvent(event, type);
    room.updatePendingEvent(event, EventStatus.ENCRYPTING);
  }
  over("1");
  expect(left()).toEqual(["m.call.hangup", "m.room.message"]);
});
