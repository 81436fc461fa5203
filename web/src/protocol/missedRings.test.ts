import { EventEmitter } from "node:events";
import { ClientEvent, type MatrixClient, MatrixEvent, SyncState } from "matrix-js-sdk";
import { expect, it } from "vitest";
import { ringForMissed } from "./missedRings";

const MINUTE = 60_000;

function said(type: string, age: number, content: object = {}): MatrixEvent {
  return new MatrixEvent({ type, content, event_id: `$${type}${age}`, unsigned: { age } });
}

function client(events: readonly MatrixEvent[]) {
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
  const { callEventBuffer, tell } = client([
    said("m.call.invite", 3 * MINUTE),
    invite,
    said("m.room.message", 1_000),
    sealed,
    hangup,
  ]);
  tell(SyncState.Catchup);
  expect(callEventBuffer).toEqual([]);
  tell(SyncState.Prepared);
  expect(callEventBuffer).toEqual([invite, sealed, hangup]);
});

it("does so once, and before what comes later", () => {
  const invite = said("m.call.invite", 1_000);
  const later = said("m.call.hangup", 10);
  const { callEventBuffer, tell } = client([invite]);
  callEventBuffer.push(later);
  tell(SyncState.Prepared);
  tell(SyncState.Prepared);
  expect(callEventBuffer).toEqual([invite, later]);
});

it("looks once more after the first answer of the server: a page may have fetched the call before", () => {
  const events: MatrixEvent[] = [];
  const { callEventBuffer, tell } = client(events);
  const live = said("m.call.hangup", 10);
  const invite = said("m.call.invite", 1_000);
  tell(SyncState.Prepared);
  expect(callEventBuffer).toEqual([]);
  callEventBuffer.push(live);
  events.push(invite, live);
  tell(SyncState.Prepared);
  expect(callEventBuffer).toEqual([invite, live]);
  callEventBuffer.length = 0;
  tell(SyncState.Syncing);
  events.push(said("m.call.invite", 20));
  tell(SyncState.Syncing);
  expect(callEventBuffer).toEqual([]);
});
