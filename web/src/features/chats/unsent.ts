/** What was written without a connection, kept on this device over a reload.
 *
 *  The SDK keeps what it has encrypted already. Without a connection it often cannot encrypt, and tries for as long as it takes: it has to ask
 *  for the others' keys. Such a message is kept here as it was written, beside the drafts, until it is encrypted or given up.
 */
import { EventStatus, type MatrixClient, type MatrixEvent, type Room } from "matrix-js-sdk";
import { isFleeting } from "../../model/call";
import { isDeletion } from "./facts";

const KEPT = "courtyard.unsent";

interface Unsent {
  readonly roomId: string;
  readonly threadId: string | null;
  readonly txnId: string;
  readonly type: string;
  readonly content: Record<string, unknown>;
}

/** Keep or forget an event, as its state now asks for. In a room that is not encrypted the SDK keeps everything. */
export function keepUnsent(event: MatrixEvent, room: Room): void {
  const txnId = event.getTxnId();
  if (txnId === undefined || !room.hasEncryptionStateEvent() || isFleeting(event.getType())) return;
  const kept = all();
  const others = kept.filter((one) => one.txnId !== txnId);
  if (isWritten(event)) {
    const threadId = event.threadRootId ?? null;
    const content = event.getContent();
    save([...others, { roomId: room.roomId, threadId, txnId, type: event.getType(), content }]);
  } else if (others.length < kept.length) save(others);
}

/** It is there, as it was written, and neither encrypted nor sent nor given up. */
function isWritten(event: MatrixEvent): boolean {
  const isDone = event.status === null || DONE.includes(event.status);
  return !isDone && !event.isEncrypted() && !isDeletion(event);
}

const DONE: readonly EventStatus[] = [EventStatus.SENT, EventStatus.CANCELLED];

/** Put what is kept among what waits to be sent. */
export function sendUnsent(client: MatrixClient): void {
  for (const { roomId, threadId, txnId, type, content } of all()) {
    const room = client.getRoom(roomId);
    if (room === null || room.getPendingEvents().some((event) => event.getTxnId() === txnId)) continue;
    // What does not arrive is kept as before.
    client.sendEvent(roomId, threadId, type as never, content as never, txnId).catch(() => undefined);
  }
}

/** Say whether anything is kept. */
export function keepsUnsent(): boolean {
  return all().length > 0;
}

function all(): Unsent[] {
  const kept = localStorage.getItem(KEPT);
  return kept === null ? [] : (JSON.parse(kept) as Unsent[]);
}

function save(unsent: readonly Unsent[]): void {
  if (unsent.length === 0) localStorage.removeItem(KEPT);
  else localStorage.setItem(KEPT, JSON.stringify(unsent));
}
