/** Events of the Matrix SDK as facts of our own model. */
import {
  ConnectionError,
  EventStatus,
  EventType,
  HTTPError,
  type MatrixEvent,
  RelationType,
} from "matrix-js-sdk";
import { callKey, isCallStep } from "../../model/call";
import { fieldsOf, momentOf, wordOf } from "../../model/fields";
import { MESSAGES } from "../../model/rows";
import { edited, isEditOf, PAYMENT } from "../../model/said";
import type { About, Content, Fact, Sending } from "../../model/timeline";
import { isFinal } from "../../protocol/refusal";

/** Why the edits of a deleted message are deleted along: then they are no messages of their own. */
export const EDIT_OF_DELETED = "edit of a deleted message";

/** Return what this device knows of an event now, in a room that is encrypted or not. */
export function factOf(event: MatrixEvent, isEncrypted: boolean): Fact {
  const about = aboutOf(event);
  const redacts = redactedBy(event);
  const sending = sendingOf(event);
  const stateKey = event.getStateKey();
  const id = event.getId() ?? "";
  return {
    id,
    // What comes back from the server is another event of the SDK's: the transaction is what both have in common.
    key: event.getTxnId() ?? event.getUnsigned().transaction_id ?? id,
    sender: event.getSender() ?? "",
    at: momentOf(event.getTs()),
    ...typeAndContent(event),
    ...(stateKey !== undefined && { stateKey, before: fieldsOf(event.getPrevContent()) }),
    ...(about !== undefined && { about }),
    ...(redacts !== undefined && { redacts }),
    ...(event.isRedacted() && { isRemoved: true }),
    ...(event.isDecryptionFailure() && { unreadable: event.decryptionFailureReason ?? "UNKNOWN_ERROR" }),
    ...(event.isEncrypted() && { isEncrypted: true }),
    ...(isEncrypted && isSaidOpenly(event) && { isOpen: true }),
    ...(sending !== undefined && { sending }),
    ...(sending === "failed" && { refusal: event.error }),
    ...threadOf(event),
  };
}

/** Return what an event says now, for where no timeline is folded. The SDK takes edits that do not count. */
export function wordsNow(event: MatrixEvent): { type: string; content: Content } {
  const edit = event.replacingEvent();
  if (event.isRedacted() || edit === null) return typeAndContent(event);
  const [fact, one] = [factOf(event, false), factOf(edit, false)];
  return { type: fact.type, content: isEditOf(fact, one) ? edited(fact, one) : fact.content };
}

/** Inside of an encrypted event no server has looked: type and content may be anything, and nothing at all. */
function typeAndContent(event: MatrixEvent): { type: string; content: Content } {
  const type = wordOf(event.getType());
  // Payments are written by the wallet alone, and never encrypted: inside of an encrypted event anybody can write anything.
  if (type === PAYMENT && event.isEncrypted()) return { type: "m.room.message", content: {} };
  const content = fieldsOf(event.getOriginalContent());
  if (!event.isEncrypted()) return { type, content };
  // What an encrypted message is about stands outside of what is encrypted, where servers count by it; what stands inside is ignored.
  const relation: unknown = event.getWireContent()["m.relates_to"];
  const { "m.relates_to": _, ...said } = content;
  return { type, content: relation === undefined ? said : { ...said, "m.relates_to": relation } };
}

/** What is still being sent gets encrypted on its way. */
function isSaidOpenly(event: MatrixEvent): boolean {
  const isMessage = MESSAGES.has(event.getType()) && event.getType() !== PAYMENT;
  return isMessage && !event.isEncrypted() && event.status === null && !event.isRedacted();
}

function aboutOf(event: MatrixEvent): About | undefined {
  const { event_id: id, rel_type: kind } = fieldsOf(event.getRelation());
  if (typeof id !== "string") return stepOfCall(event) ?? goneEdit(event);
  if (kind === RelationType.Replace) return { kind: "edit", id };
  if (kind === RelationType.Annotation) return { kind: "reaction", id };
  if (kind === RelationType.Reference) return { kind: "reference", id };
  return undefined;
}

function stepOfCall(event: MatrixEvent): About | undefined {
  const key = isCallStep(event.getType()) ? callKey(event.getContent()) : null;
  return key === null ? undefined : { kind: "reference", id: key };
}

/** The server took the content of an edit away, and with it what it was an edit of. */
function goneEdit(event: MatrixEvent): About | undefined {
  const reason = event.getUnsigned().redacted_because?.content?.["reason"];
  return reason === EDIT_OF_DELETED ? { kind: "edit", id: "" } : undefined;
}

/** Say whether an event deletes another one. Servers do it, by what stands on the outside: inside of an encrypted event anybody can say
 *  that it is a deletion, of whatever they like, and no server has looked at whether they may.
 */
export function isDeletion(event: MatrixEvent): boolean {
  return event.getWireType() === EventType.RoomRedaction;
}

/** It stands in the content since room version 11. */
function redactedBy(event: MatrixEvent): string | undefined {
  if (!isDeletion(event)) return undefined;
  const inside: unknown = event.getContent()["redacts"];
  return event.event.redacts ?? (typeof inside === "string" ? inside : undefined);
}

function sendingOf(event: MatrixEvent): Sending | undefined {
  if (event.status === null || event.status === EventStatus.SENT) return undefined;
  if (event.status !== EventStatus.NOT_SENT) return "sending";
  return isWaiting(event) ? "waiting" : "failed";
}

/** Say whether an event only wants a server that can be reached. After a reload nobody knows why it was not sent: it is tried again. */
export function isWaiting(event: MatrixEvent): boolean {
  return event.status === EventStatus.NOT_SENT && (event.error === null || isPassing(event.error));
}

/** The server did not hear of it, or had no time: not for ever. What went wrong on this device goes wrong again, though. */
function isPassing(error: Error): boolean {
  if (error instanceof HTTPError) return !isFinal(error);
  return error instanceof ConnectionError || error.name === "AbortError";
}

function threadOf(event: MatrixEvent): Pick<Fact, "thread"> {
  const thread = event.isThreadRoot ? event.getThread() : undefined;
  if (thread === undefined || thread.length === 0) return {};
  return { thread: { count: thread.length } };
}
