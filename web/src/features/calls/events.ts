/** The events of a call in its conversation, where the Matrix SDK does not say enough about them. */
import { EventStatus, type MatrixCall, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import { CallDirection, CallErrorCode } from "matrix-js-sdk/lib/webrtc/call";
import { INVITE, isCallStep, isFleeting, REJECT } from "../../model/call";

/** What is older, by the clock of the server, is no call any more. */
const OLD_MS = 5 * 60_000;

/** Return what names a call, in order. Where any of it is encrypted all of it has to be: what comes open, a server can have written. */
function eventsOf(client: MatrixClient, call: MatrixCall): MatrixEvent[] {
  const events = client.getRoom(call.roomId)?.getLiveTimeline().getEvents() ?? [];
  const named = events.filter((event) => event.getContent()["call_id"] === call.callId);
  const sealed = named.filter((event) => event.isEncrypted());
  return sealed.length > 0 ? sealed : named;
}

export function inviteOf(client: MatrixClient, call: MatrixCall): MatrixEvent | null {
  return eventsOf(client, call).findLast((event) => event.getType() === INVITE) ?? null;
}

/** Say whether a call is one of the past: what this device has kept comes anew with each start. */
export function isOver(client: MatrixClient, call: MatrixCall, invite: MatrixEvent): boolean {
  if (invite.getLocalAge() > OLD_MS) return true;
  return eventsOf(client, call).some((event) => isCallStep(event.getType()));
}

/** Tell whoever calls that one is talking with somebody else. */
export function sayBusy(client: MatrixClient, call: MatrixCall): void {
  refuse(client, call, { reason: "user_busy" });
}

/** End a call. Who calls takes no hang-up from somebody whose answer has not reached them, and would ring on: they are told no as well,
 *  which nobody heeds whom it has reached.
 */
export function hangUp(client: MatrixClient, call: MatrixCall): void {
  if (call.direction === CallDirection.Inbound && !call["inviteOrAnswerSent"]) refuse(client, call);
  call.hangup(CallErrorCode.UserHangup, false);
}

function refuse(client: MatrixClient, call: MatrixCall, why: { reason?: string } = {}): void {
  const content = { call_id: call.callId, party_id: client.getDeviceId(), version: "1", ...why };
  // Where it does not arrive, it rings there until nobody answers.
  client.sendEvent(call.roomId, REJECT as never, content as never).catch(() => undefined);
}

/** Return a call as it was when it came, so that it can be answered once more: the SDK answers each of its calls once.
 *
 *  The one before is closed, with whatever it had opened. Null: it is over, or nothing is left of how it began.
 */
export async function anew(client: MatrixClient, call: MatrixCall): Promise<MatrixCall | null> {
  for (const { stream } of call.getLocalFeeds()) for (const track of stream.getTracks()) track.stop();
  for (const feed of call.getFeeds()) feed.dispose();
  call.peerConn?.close();
  const invite = inviteOf(client, call);
  const next = client.createCall(call.roomId);
  if (invite === null || next === null) return null;
  next.callId = call.callId;
  await next.initWithInvite(invite);
  if (call.callHasEnded()) {
    next.peerConn?.close();
    return null;
  }
  client.callEventHandler?.calls.set(next.callId, next);
  // What was sent after the invitation, the one before was told alone.
  for (const event of eventsOf(client, call)) {
    if (event.getType() === "m.call.candidates") await next.onRemoteIceCandidatesReceived(event);
  }
  return next;
}

/** Without a connection what cannot be encrypted is not given up either. */
const STUCK: readonly EventStatus[] = [EventStatus.NOT_SENT, EventStatus.QUEUED, EventStatus.ENCRYPTING];

/** Take back what has not gone out of a call that is over: sent later, it would ring for nobody. */
export function withdraw(client: MatrixClient, call: MatrixCall): void {
  const room = client.getRoom(call.roomId);
  // What is taken back leaves the room's own list.
  for (const event of [...(room?.getPendingEvents() ?? [])]) {
    if (event.getContent()["call_id"] !== call.callId || !isFleeting(event.getType())) continue;
    // What is tried again and again counts as being sent.
    const isTried =
      event.status === EventStatus.SENDING && client.getScheduler()?.getQueueForEvent(event)?.includes(event);
    if (isTried) room?.updatePendingEvent(event, EventStatus.QUEUED);
    if (event.status !== null && STUCK.includes(event.status)) client.cancelPendingEvent(event);
  }
}
