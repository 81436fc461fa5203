/** That somebody calls a group, for whoever is elsewhere in the app. */
import { type MatrixClient, type MatrixEvent, MatrixEventEvent, type Room, RoomEvent } from "matrix-js-sdk";
import { DECLINE, declinedBy, declining, NOTIFICATION, ringOf } from "../../../model/groupRing";
import { isSealed } from "../../../protocol/sealing";
import { newBoard } from "../../../shell/board";
import { heardBy } from "../../chats/ignored";
import { isGroup, isOfTwo } from "../../contacts/people";
import { isTold, makesSound } from "../loud";

export interface RingNow {
  readonly eventId: string;
  readonly roomId: string;
  readonly from: string;
  readonly isVideo: boolean;
  /** It is heard: where two are, the call is for one alone. */
  readonly isLoud: boolean;
  /** Unix milliseconds, by this device's clock. */
  readonly until: number;
}

const { put, get, use } = newBoard<RingNow | null>(null);
export const useRing = use;

/** Listen from now on; returns what ends that. What came before is not rung for: the list of chats shows that there is a call. */
export function listenForRings(client: MatrixClient): () => void {
  let isOver = false;
  /** What came closed: its key may come after it, or never. */
  const closed = new WeakMap<MatrixEvent, Room>();
  async function heard(event: MatrixEvent, room: Room | undefined, toStart?: boolean): Promise<void> {
    if (room === undefined || toStart) return;
    if (event.isEncrypted()) {
      if (isOpened(event)) weigh(client, room, event);
      else closed.set(event, room);
    } else if (event.getType() === NOTIFICATION || event.getType() === DECLINE) {
      // In an encrypted group, a server can have written it: nobody rings, or falls silent, for that.
      const isForged = await isSealed(client, room.roomId);
      if (!isForged && !isOver) weigh(client, room, event);
    }
  }
  function opened(event: MatrixEvent): void {
    const room = closed.get(event);
    if (room === undefined || !isOpened(event)) return;
    closed.delete(event);
    weigh(client, room, event);
  }
  client.on(RoomEvent.Timeline, heard);
  client.on(MatrixEventEvent.Decrypted, opened);
  return () => {
    isOver = true;
    client.off(RoomEvent.Timeline, heard);
    client.off(MatrixEventEvent.Decrypted, opened);
    put(null);
  };
}

/** Say whether what came encrypted can be read. */
function isOpened(event: MatrixEvent): boolean {
  return event.getClearContent() !== null && !event.isDecryptionFailure();
}

function weigh(client: MatrixClient, room: Room, event: MatrixEvent): void {
  const sender = event.getSender() ?? "";
  const me = client.getSafeUserId();
  if (event.getType() === DECLINE && sender === me) endRing(declinedBy(event.getContent()));
  if (event.getType() !== NOTIFICATION || !isGroup(client, room)) return;
  if (!isTold(client, room) || !heardBy(client)(event)) return;
  const content = event.getContent();
  const ring = ringOf({ me, sender, content, at: event.getTs(), ageMs: event.getLocalAge() });
  if (ring === null) return;
  put({
    eventId: event.getId() ?? "",
    roomId: room.roomId,
    from: sender,
    isVideo: ring.isVideo,
    isLoud: ring.isLoud && isOfTwo(room) && makesSound(),
    until: Date.now() + ring.leftMs,
  });
}

/** Stop what rings, if it is this. */
export function endRing(eventId: string | null): void {
  if (get()?.eventId === eventId) put(null);
}

/** Do not come. Where it rang aloud, that is said: one's other devices are quiet then as well. */
export function declineRing(client: MatrixClient, { eventId, roomId, isLoud }: RingNow): void {
  endRing(eventId);
  // Where it does not arrive, it rings there for a minute at most.
  if (isLoud) client.sendEvent(roomId, DECLINE as never, declining(eventId) as never).catch(() => undefined);
}
