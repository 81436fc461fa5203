/** Questions to compare keys that come as messages of a chat. spec: client-server-api#key-verification-framework */
import type { MatrixClient, MatrixEvent, Room } from "matrix-js-sdk";
import type { VerificationRequest } from "matrix-js-sdk/lib/crypto-api";
import { partnerIn } from "../contacts/people";

/** Nobody waits for an answer any longer. */
const OLD_MS = 10 * 60_000;

/** Say whether a question is one that the person here is to be asked: by somebody whom they hear, in the chat of the two, just now. */
export function isToBeAsked(client: MatrixClient, request: VerificationRequest): boolean {
  const { roomId, otherUserId, transactionId } = request;
  const room = client.getRoom(roomId);
  if (request.isSelfVerification || request.initiatedByMe || room === null) return false;
  if (client.isUserIgnored(otherUserId) || partnerIn(client, room.roomId) !== otherUserId) return false;
  const event = room.findEventById(transactionId ?? "");
  if (event !== undefined && event.getLocalAge() > OLD_MS) return false;
  return request.pending && !hasGoneOn(room, transactionId);
}

/** It was answered or taken back already. After a reload all of it comes at once, and the SDK may look at the end first. */
function hasGoneOn(room: Room, transactionId: string | undefined): boolean {
  return stepsAfter(room, transactionId).length > 0;
}

/** Say whether another device of one's own took a question up or declined it. The SDK does not tell: it looks for one that they asked. */
export function isAnsweredElsewhere(client: MatrixClient, request: VerificationRequest): boolean {
  const room = client.getRoom(request.roomId);
  if (room === null || request.initiatedByMe) return false;
  const own = stepsAfter(room, request.transactionId).filter(
    (event) => event.getSender() === client.getUserId(),
  );
  return own.some((event) =>
    event.getType() === "m.key.verification.ready"
      ? event.getContent()["from_device"] !== client.getDeviceId()
      : event.getType() === "m.key.verification.cancel",
  );
}

function stepsAfter(room: Room, transactionId: string | undefined): MatrixEvent[] {
  const events = room.getLiveTimeline().getEvents();
  return events.filter(
    (event) =>
      event.getType().startsWith("m.key.verification.") && event.getRelation()?.event_id === transactionId,
  );
}
