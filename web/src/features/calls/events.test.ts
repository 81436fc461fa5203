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
import { hangUp, inviteOf, isOver, withdraw } from "./events";

const ME = "@alice:here";
const ROOM = "!chat:here";

let client: MatrixClient;
let room: Room;
let asked: string[];
let isOnline: boolean;

beforeEach(() => {
  vi.useFakeTimers();
  isOnline = false;
  asked = [];
  client = new MatrixClient({
    baseUrl: "http://127.0.0.1",
    userId: ME,
    store: new MemoryStore(),
    scheduler: patientScheduler(),
    fetchFn: async (url) => {
      asked.push(String(url));
      if (isOnline) return Response.json({ event_id: `$${asked.length}` });
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

it.each([
  ["inbound", false, ["m.call.reject", "m.call.hangup"]],
  ["inbound", true, ["m.call.hangup"]],
  ["outbound", true, ["m.call.hangup"]],
])("tells who calls no when an answer has not reached them: %s, %s", async (direction, isSent, told) => {
  send("m.call.answer");
  await vi.advanceTimersByTimeAsync(1_500);
  const hangup = () => {
    over("1");
    send("m.call.hangup");
  };
  hangUp(client, {
    ...{ roomId: ROOM, callId: "1", direction, inviteOrAnswerSent: isSent, hangup },
  } as unknown as MatrixCall);
  expect(left()).toEqual(told);
  asked = [];
  isOnline = true;
  await vi.advanceTimersByTimeAsync(1_500);
  expect(asked.map((url) => /m\.call\.\w+/.exec(url)?.[0])).toEqual(told);
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

function came(id: string, type: string, isSealed: boolean): MatrixEvent {
  const content = { call_id: "1" };
  const outer = isSealed ? { type: "m.room.encrypted" } : { type, content };
  const event = new MatrixEvent({ event_id: id, room_id: ROOM, sender: "@bob:here", ...outer });
  // As if it had been opened with its key.
  if (isSealed) Object.assign(event, { clearEvent: { type, content } });
  return event;
}

it.each([
  [true, "$first"],
  [false, "$second"],
])("looks past what came open where the call is encrypted: %s", (isSealed, invitation) => {
  const events = [
    came("$first", "m.call.invite", isSealed),
    came("$second", "m.call.invite", false),
    came("$end", "m.call.hangup", false),
  ];
  vi.spyOn(room.getLiveTimeline(), "getEvents").mockReturnValue(events);
  const call = { roomId: ROOM, callId: "1" } as MatrixCall;
  const invite = inviteOf(client, call);
  expect(invite?.getId()).toBe(invitation);
  expect(invite !== null && isOver(client, call, invite)).toBe(!isSealed);
});
