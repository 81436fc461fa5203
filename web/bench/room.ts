/** A room of the Matrix SDK with a long conversation in it, and a client that knows it: no server is behind them. */
import {
  createClient,
  Direction,
  type MatrixClient,
  MatrixEvent,
  PendingEventOrdering,
  Room,
  RoomEvent,
} from "matrix-js-sdk";
import { conversation, ME, ROOM } from "./conversation";

const OLDER = 60;
/** As a server that is near. */
const ANSWER_MS = 50;

interface Talked {
  readonly client: MatrixClient;
  /** Let one more thing be said. */
  readonly say: () => Promise<void>;
}

/** What is told while a page of older messages is fetched: asked for, about to be taken in, and taken in. */
export type Step = "sent" | "coming" | "come";

const eventsOf = (count: number, from: number) =>
  conversation(count, from).map((told) => new MatrixEvent(told));

export async function talked(count: number, older: (step: Step) => void): Promise<Talked> {
  const client = createClient({ baseUrl: location.origin, userId: ME, accessToken: "none" });
  const room = new Room(ROOM, client, ME, { pendingEventOrdering: PendingEventOrdering.Detached });
  client.store.storeRoom(room);
  // Not by `addLiveEvents`: it looks through all that is there for each event's receipt, which takes forever.
  const all = room.getUnfilteredTimelineSet();
  for (const event of eventsOf(count, 0)) all.addLiveEvent(event, { addToState: false });
  // So does the SDK's sync.
  room.on(RoomEvent.Timeline, (...told) => void client.emit(RoomEvent.Timeline, ...told));
  let next = count;
  let oldest = 0;
  client.paginateEventTimeline = async (timeline) => {
    older("sent");
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    oldest -= OLDER;
    const events = eventsOf(OLDER, oldest).reverse();
    older("coming");
    room.addEventsToTimeline(events, true, false, timeline, `before ${oldest}`);
    older("come");
    return true;
  };
  room.getLiveTimeline().setPaginationToken(`before ${oldest}`, Direction.Backward);
  const say = () => room.addLiveEvents(eventsOf(1, next++), { addToState: false });
  return { client, say };
}
