/** The events of a call in its conversation, where the Matrix SDK does not say enough about them. */
import { EventStatus, type MatrixCall, type MatrixClient, type MatrixEvent } from "matrix-js-sdk";
import { INVITE, isCallStep, isFleeting, REJECT } from "../../model/call";

/** What is older is no call any more. The clocks of two devices may differ by less. */
const OLD_MS = 5 * 60_000;

function eventsOf(client: MatrixClient, call: MatrixCall): MatrixEvent[] {
  const events = client.getRoom(call.roomId)?.getLiveTimeline().getEvents() ?? [];
  return events.filter((event) => event.getContent()["call_id"] === call.callId);
}

export function inviteOf(client: MatrixClient, call: MatrixCall): MatrixEvent | null {
  return eventsOf(client, call).findLast((event) => event.getType() === INVITE) ?? null;
}

/** Say whether a call is one of the past: what this device has kept comes anew with each start. */
export function isOver(client: MatrixClient, call: MatrixCall, invite: MatrixEvent): boolean {
  if (Date.now() - invite.getTs() > OLD_MS) return true;
  return eventsOf(client, call).some((event) => isCallStep(event.getType()));
}

/** Tell whoever calls that one is talking with somebody else. */
export function sayBusy(client: MatrixClient, call: MatrixCall): void {
  const content = {
    call_id: call.callId,
    party_id: client.getDeviceId(),
    version: "1",
    reason: "user_busy",
  };
  // Where it does not arrive, it rings there until nobody answers.
  client.sendEvent(call.roomId, REJECT as never, content as never).catch(() => undefined);
}

/** Take back what has not gone out of a call that is over: sent later, it would ring for nobody. */
export function withdraw(client: MatrixClient, call: MatrixCall): void {
  const pending = client.getRoom(call.roomId)?.getPendingEvents() ?? [];
  for (const event of pending) {
    if (event.getContent()["call_id"] !== call.callId || !isFleeting(event.getType())) continue;
    const isStuck = event.status === EventStatus.NOT_SENT || event.status === EventStatus.QUEUED;
    if (isStuck) client.cancelPendingEvent(event);
  }
}
