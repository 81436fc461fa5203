/** Older messages, fetched to be searched: only this device can read them. */
import type { EventTimeline, MatrixClient, Room } from "matrix-js-sdk";
import { isFirst, piecesUpTo } from "./timelines";

const PAGE = 100;

/** Fetch at most so many pages of what is older in some chats, until told to stop or all is there.
 *
 *  Each time it is the chat that goes back least: all of them reach back about equally far.
 */
export async function lookBack(
  client: MatrixClient,
  rooms: readonly Room[],
  pages: number,
  isOver: () => boolean,
): Promise<void> {
  for (let page = 0; page < pages && !isOver(); page += 1) {
    const next = shortest(rooms);
    if (next === null) return;
    await client.paginateEventTimeline(next, { backwards: true, limit: PAGE });
    await Promise.all(next.getEvents().map((event) => client.decryptEventIfNeeded(event)));
  }
}

/** Return the piece whose beginning is the newest, of those that more can be put before. */
function shortest(rooms: readonly Room[]): EventTimeline | null {
  const since = (piece: EventTimeline) => piece.getEvents()[0]?.getTs() ?? Number.POSITIVE_INFINITY;
  const pieces = rooms.flatMap((room) => oldestOf(room) ?? []);
  return pieces.reduce<EventTimeline | null>(
    (newest, piece) => (newest === null || since(piece) > since(newest) ? piece : newest),
    null,
  );
}

/** Return the timeline that more can be put before, or null when all is there. */
export function oldestOf(room: Room): EventTimeline | null {
  const [oldest] = piecesUpTo(room.getLiveTimeline());
  return oldest === undefined || isFirst(oldest) ? null : oldest;
}
