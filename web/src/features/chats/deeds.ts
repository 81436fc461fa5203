/** What one does in a conversation, told to the server. What does not arrive stays in sight, marked. */
import { EventType, type MatrixClient, RelationType, type Room } from "matrix-js-sdk";
import { contentOf } from "../../model/compose";
import type { Said } from "../../model/said";
import type { Named } from "../../model/text";
import type { Doing } from "./Composer";
import type { Target } from "./composerTools";
import { EDIT_OF_DELETED } from "./facts";

export function say(
  client: MatrixClient,
  target: Target,
  doing: Doing,
  text: string,
  mentioned: readonly Named[],
  complete: (content: Record<string, unknown>) => Record<string, unknown>,
): void {
  const { roomId, threadId } = target;
  const last =
    threadId === null ? undefined : client.getRoom(roomId)?.getThread(threadId)?.replyToEvent?.getId();
  const content = contentOf({
    text,
    mentioned,
    replyTo: doing?.kind === "reply" ? doing.said.id : null,
    edits: doing?.kind === "edit" ? doing.said.id : null,
    thread: threadId === null ? null : { root: threadId, last: last ?? threadId },
  });
  client
    .sendEvent(roomId, threadId, EventType.RoomMessage, complete(content) as never)
    .catch(() => undefined);
}

/** Put a sign to a message, or take one's own back. */
export function react(client: MatrixClient, roomId: string, said: Said, key: string): void {
  const mine = said.reactions.find((one) => one.key === key)?.mine ?? null;
  if (mine !== null) {
    if (mine.startsWith("$")) client.redactEvent(roomId, mine).catch(() => undefined);
    return;
  }
  const content = { "m.relates_to": { rel_type: RelationType.Annotation, event_id: said.id, key } };
  client.sendEvent(roomId, null, EventType.Reaction, content as never).catch(() => undefined);
}

/** Delete a message for everybody, with every wording it ever had. */
export function remove(client: MatrixClient, room: Room, said: Said): void {
  const edits = room.relations
    .getAllChildEventsForEvent(said.id)
    .filter((event) => event.isRelation(RelationType.Replace) && event.getSender() === said.sender);
  client.redactEvent(room.roomId, said.id).catch(() => undefined);
  for (const edit of edits) {
    const id = edit.getId();
    if (id?.startsWith("$")) {
      client.redactEvent(room.roomId, id, undefined, { reason: EDIT_OF_DELETED }).catch(() => undefined);
    }
  }
}

/** Try once more to send what was not taken. */
export function retry(client: MatrixClient, room: Room, said: Said): void {
  const event = room.getPendingEvents().find((one) => one.getId() === said.id);
  if (event !== undefined) client.resendEvent(event, room).catch(() => undefined);
}

/** Give up on what was not sent. */
export function discard(client: MatrixClient, room: Room, said: Said): void {
  const event = room.getPendingEvents().find((one) => one.getId() === said.id);
  if (event !== undefined) client.cancelPendingEvent(event);
}

export function mayDelete(client: MatrixClient, room: Room): boolean {
  return room.currentState.hasSufficientPowerLevelFor(
    "redact",
    room.getMember(client.getSafeUserId())?.powerLevel ?? 0,
  );
}
