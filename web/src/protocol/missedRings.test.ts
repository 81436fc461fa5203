import { EventEmitter } from "node:events";
import { ClientEvent, type MatrixClient, MatrixEvent, SyncState } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { ringForMissed } from "./missedRings";

const MINUTE = 60_000;

function said(type: string, age: number, content: object = {}): MatrixEvent {
  return new MatrixEvent({ type, content, event_id: `$${type}${age}`, unsigned: { age } });
}

function client(...events: MatrixEvent[]) {
  const callEventBuffer: MatrixEvent[] = [];
  const rooms = [{ getLiveTimeline: () => ({ getEvents: () => events }) }];
  const made = Object.assign(new EventEmitter(), {
    getRooms: () => rooms,
    callEventHandler: { callEventBuffer },
  });
  ringForMissed(made as unknown as MatrixClient);
  const tell = (state: SyncState) => made.emit(ClientEvent.Sync, state);
  return { callEventBuffer, tell };
}

it("lays before the SDK what it has not seen: calls, and what may be one", () => {
  const invite = said("m.call.invite", MINUTE / 2);
  const hangup = said("m.call.hangup", 1_000);
  const sealed = said("m.room.encrypted", 2_000);
  const { callEventBuffer, tell } = client(
    said("m.call.invite", 3 * MINUTE),
    invite,
    said("m.room.message", 1_000),
    sealed,
    hangup,
  );
  tell(SyncState.Catchup);
  expect(callEventBuffer).toEqual([]);
  tell(SyncState.Prepared);
  expect(callEventBuffer).toEqual([invite, sealed, hangup]);
});

it("does so once, and before what comes later", () => {
  const invite = said("m.call.invite", 1_000);
  const later = said("m.call.hangup", 10);
  const { callEventBuffer, tell } = client(invite);
  callEventBuffer.push(later);
  tell(SyncState.Prepared);
  tell(SyncState.Prepared);
  expect(callEventBuffer).toEqual([invite, later]);
});
