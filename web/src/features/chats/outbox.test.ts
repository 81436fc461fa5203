// @vitest-environment jsdom
import {
  createClient,
  EventStatus,
  type MatrixClient,
  MatrixEvent,
  PendingEventOrdering,
  Room,
  RoomEvent,
} from "matrix-js-sdk";
import { beforeEach, expect, it, vi } from "vitest";
import { watch } from "./outbox";

const ME = "@alice:courtyard.test";
const ROOM = "!room:courtyard.test";
/** Before the first pause is over. */
const SOON = { timeout: 1_500 };

let client: MatrixClient;
let room: Room;
let sent: string[];
let arrives: Promise<void>;

beforeEach(() => {
  sent = [];
  client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
  room = new Room(ROOM, client, ME, { pendingEventOrdering: PendingEventOrdering.Detached });
  client.store.storeRoom(room);
  client.reEmitter.reEmit(room, [RoomEvent.LocalEchoUpdated]);
  client.resendEvent = async (event) => {
    await arrives;
    const txnId = event.getTxnId() ?? "";
    sent.push(event.getContent()["body"]);
    room.updatePendingEvent(event, EventStatus.SENDING);
    room.updatePendingEvent(event, EventStatus.SENT, `$${txnId}`);
    room.removePendingEvent(`$${txnId}`);
    return { event_id: `$${txnId}` };
  };
  arrives = Promise.resolve();
});

/** As the SDK writes it down: after something that could not be sent, it is not tried. */
function say(body: string, status: EventStatus): MatrixEvent {
  const event = new MatrixEvent({
    event_id: `~${body}`,
    room_id: ROOM,
    sender: ME,
    type: "m.room.message",
    origin_server_ts: 1,
    content: { msgtype: "m.text", body },
  });
  event.setTxnId(body);
  event.setStatus(EventStatus.SENDING);
  room.addPendingEvent(event, body);
  if (event.status !== status) room.updatePendingEvent(event, status);
  return event;
}

it("tries at once what is said after something that waits, and that before it", async () => {
  say("1", EventStatus.NOT_SENT);
  say("2", EventStatus.NOT_SENT);
  const leave = watch(client);
  // It has long given up hope.
  say("3", EventStatus.NOT_SENT);
  await vi.waitFor(() => expect(sent).toEqual(["1", "2", "3"]), SOON);
  leave();
});

it("takes along what is said while it sends", async () => {
  let arrive = (): void => undefined;
  arrives = new Promise((resolve) => {
    arrive = resolve;
  });
  say("1", EventStatus.NOT_SENT);
  const leave = watch(client);
  say("2", EventStatus.NOT_SENT);
  say("3", EventStatus.NOT_SENT);
  arrive();
  await vi.waitFor(() => expect(sent).toEqual(["1", "2", "3"]), SOON);
  leave();
});

it("goes on at once when something else got through", async () => {
  say("1", EventStatus.NOT_SENT);
  const leave = watch(client);
  const other = new MatrixEvent({ event_id: "$other", room_id: "!other:courtyard.test", type: "m.sticker" });
  other.setStatus(EventStatus.SENT);
  client.emit(RoomEvent.LocalEchoUpdated, other, room, "~other", EventStatus.SENDING);
  await vi.waitFor(() => expect(sent).toEqual(["1"]), SOON);
  leave();
});
