/** The SDK keeps a conversation in pieces, each with the way to the one before it. */
import { Direction, type EventTimeline } from "matrix-js-sdk";

/** Return the pieces that hang together, the oldest first; `live` is the last of them. */
export function piecesUpTo(live: EventTimeline | null): EventTimeline[] {
  const pieces: EventTimeline[] = [];
  for (let one = live; one !== null; one = one.getNeighbouringTimeline(Direction.Backward)) {
    pieces.unshift(one);
  }
  return pieces;
}

/** Say whether there is nothing older on the server. */
export function isFirst(piece: EventTimeline): boolean {
  return piece.getPaginationToken(Direction.Backward) === null;
}
