/** What one does in a conversation, told to the server. What does not arrive stays in sight, marked. */
import { EventStatus, EventType, type MatrixClient, RelationType, type Room } from "matrix-js-sdk";
import { contentOf, relating, type Thread, type Written } from "../../model/compose";
import { namedIn, spokenTo } from "../../model/mentions";
import { bareSign } from "../../model/reaction";
import { type Said, textOf } from "../../model/said";
import type { Named } from "../../model/text";
import type { Content } from "../../model/timeline";
import { cancelUpload, retryUpload } from "../media/uploads";
import type { Complete, Doing } from "./Composer";
import type { Target } from "./composerTools";
import { EDIT_OF_DELETED } from "./facts";
import { htmlFor } from "./signs";

/** What waits until its signs are understood: what is said after it comes after it. */
let before: Promise<void> | null = null;

export function say(
  client: MatrixClient,
  target: Target,
  doing: Doing,
  text: string,
  mentioned: readonly Named[],
  complete: Complete,
): void {
  const html = htmlFor(text, mentioned);
  const tell = (known: string | null) =>
    send(client, target, doing, { text, mentioned, html: known }, complete);
  if (before === null && !(html instanceof Promise)) {
    tell(html);
    return;
  }
  const turn = (before ?? Promise.resolve())
    .then(async () => tell(await html))
    // What could not even be begun keeps back nothing of what comes after it.
    .catch(() => undefined)
    .finally(() => {
      if (before === turn) before = null;
    });
  before = turn;
}

function send(
  client: MatrixClient,
  target: Target,
  doing: Doing,
  said: Pick<Written, "text" | "mentioned" | "html">,
  complete: Complete,
): void {
  const { roomId, threadId } = target;
  const content = contentOf({
    ...said,
    unnamed: unnamed(client, roomId, doing),
    told: doing?.kind === "edit" ? doing.said.content["m.mentions"] : null,
    replyTo: doing?.kind === "reply" ? doing.said.id : null,
    edits: doing?.kind === "edit" ? doing.said.id : null,
    of: doing?.kind === "edit" ? doing.said.content : null,
    thread: threadOf(client, target),
  });
  client
    .sendEvent(roomId, threadId, EventType.RoomMessage, complete(content) as never)
    .catch(() => undefined);
}

/** Who wrote what is answered is spoken to; and whom a message spoke to without naming them, another wording of it does, too. */
function unnamed(client: MatrixClient, roomId: string, doing: Doing): string[] {
  if (doing === null) return [];
  const { sender, content } = doing.said;
  if (doing.kind === "reply") return sender === client.getUserId() ? [] : [sender];
  const { ids } = spokenTo(content["m.mentions"]);
  const names = ids.flatMap((userId) => {
    const member = client.getRoom(roomId)?.getMember(userId);
    return [member?.rawDisplayName, member?.name].flatMap((name) => (name ? [{ userId, name }] : []));
  });
  const named = new Set(namedIn(textOf(content), content["m.mentions"], names).map(({ userId }) => userId));
  return ids.filter((id) => !named.has(id));
}

/** Return what ties anything that is sent to what it answers, and to its thread. */
export function relationTo(client: MatrixClient, target: Target): Record<string, unknown> {
  const answered = client
    .getRoom(target.roomId)
    ?.findEventById(target.replyTo ?? "")
    ?.getSender();
  const isMine = answered === undefined || answered === client.getUserId();
  return {
    ...relating(target.replyTo, threadOf(client, target)),
    ...(!isMine && { "m.mentions": { user_ids: [answered] } }),
  };
}

/** Send something that is not written: it answers what is being answered, and goes into the thread that is open. */
export function put(client: MatrixClient, target: Target, type: string, content: Content): void {
  const whole = { ...content, ...relationTo(client, target) };
  client.sendEvent(target.roomId, target.threadId, type as never, whole as never).catch(() => undefined);
}

function threadOf(client: MatrixClient, { roomId, threadId }: Target): Thread | null {
  if (threadId === null) return null;
  // What is only on its way has no name yet that others would know.
  const last = client
    .getRoom(roomId)
    ?.getThread(threadId)
    ?.lastReply((event) => event.isRelation(RelationType.Thread) && event.getId()?.startsWith("$") === true);
  return { root: threadId, last: last?.getId() ?? threadId };
}

/** Put a sign to a message, or take one's own back. What others have put already is put as they did: their clients count it as one. */
export function react(client: MatrixClient, roomId: string, said: Said, sign: string): void {
  const there = said.reactions.find((one) => bareSign(one.key) === bareSign(sign));
  if (there !== undefined && there.mine.length > 0) {
    for (const id of there.mine) takeBack(client, roomId, id);
    return;
  }
  const key = there?.key ?? sign;
  const content = { "m.relates_to": { rel_type: RelationType.Annotation, event_id: said.id, key } };
  client.sendEvent(roomId, null, EventType.Reaction, content as never).catch(() => undefined);
}

function takeBack(client: MatrixClient, roomId: string, id: string): void {
  if (id.startsWith("$")) client.redactEvent(roomId, id).catch(() => undefined);
  else giveUp(client, roomId, id);
}

/** Take back what only waits to be sent. What is on its way already arrives. */
function giveUp(client: MatrixClient, roomId: string, id: string): void {
  const pending = client.getRoom(roomId)?.getPendingEvents() ?? [];
  const event = pending.find((one) => one.getId() === id && one.status === EventStatus.NOT_SENT);
  if (event !== undefined) client.cancelPendingEvent(event);
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
export function retry(client: MatrixClient, room: Room, said: Pick<Said, "id">): void {
  if (retryUpload(said.id)) return;
  const event = room.getPendingEvents().find((one) => one.getId() === said.id);
  if (event !== undefined) client.resendEvent(event, room).catch(() => undefined);
}

/** Give up on what was not sent. */
export function discard(client: MatrixClient, room: Room, said: Pick<Said, "id">): void {
  if (cancelUpload(said.id)) return;
  const event = room.getPendingEvents().find((one) => one.getId() === said.id);
  if (event !== undefined) client.cancelPendingEvent(event);
}

/** Say whether somebody may delete what others write. */
export function mayDelete(room: Room, userId: string): boolean {
  return room.currentState.hasSufficientPowerLevelFor("redact", room.getMember(userId)?.powerLevel ?? 0);
}
