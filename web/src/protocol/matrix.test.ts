// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import {
  ClientEvent,
  ConnectionError,
  EventStatus,
  IndexedDBStore,
  MatrixClient,
  MatrixError,
  MatrixEvent,
  PendingEventOrdering,
  Room,
  SyncState,
} from "matrix-js-sdk";
import { expect, it, vi } from "vitest";
import { leave, type Step, whenOpened } from "./matrix";

function opening() {
  const client = new EventEmitter();
  const onStep = vi.fn<(step: Step) => void>();
  const ready = whenOpened(client as unknown as MatrixClient, onStep);
  const tell = (state: SyncState, error?: Error) => client.emit(ClientEvent.Sync, state, null, { error });
  return { ready, onStep, tell };
}

it("says that it waits for a connection, and goes on when there is one", async () => {
  const { ready, onStep, tell } = opening();
  tell(SyncState.Error, new ConnectionError("no network"));
  expect(onStep).toHaveBeenLastCalledWith("offline");
  tell(SyncState.Catchup);
  expect(onStep).toHaveBeenLastCalledWith("opening");
  tell(SyncState.Prepared);
  await ready;
  tell(SyncState.Error, new ConnectionError("no network"));
  expect(onStep).toHaveBeenCalledTimes(2);
});

it("ends when the server knows the session no more", async () => {
  const { ready, onStep, tell } = opening();
  tell(SyncState.Error, new MatrixError({ errcode: "M_UNKNOWN_TOKEN" }, 401));
  await expect(ready).rejects.toThrow();
  expect(onStep).not.toHaveBeenCalled();
});

it("writes nothing down of what fails to be sent after signing out: who comes next would send it", async () => {
  const store = new IndexedDBStore({ indexedDB: {} as IDBFactory, localStorage, dbName: "sync" });
  const client = new MatrixClient({ baseUrl: "http://127.0.0.1", userId: "@alice:here", store });
  vi.spyOn(client.http, "authedRequest").mockResolvedValue({});
  vi.spyOn(client, "clearStores").mockResolvedValue(undefined);
  const room = new Room("!room", client, "@alice:here", {
    pendingEventOrdering: PendingEventOrdering.Detached,
  });
  const content = { body: "Dear Bob" };
  const said = new MatrixEvent({ type: "m.room.message", event_id: "~1", sender: "@alice:here", content });
  said.setTxnId("1");
  said.setStatus(EventStatus.SENDING);
  room.addPendingEvent(said, "1");
  expect(localStorage.getItem("mx_pending_events_!room")).toContain("Dear Bob");
  await leave(client);
  localStorage.clear();
  room.updatePendingEvent(said, EventStatus.NOT_SENT);
  expect({ ...localStorage }).toEqual({});
});
