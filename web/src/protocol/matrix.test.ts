// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { ClientEvent, ConnectionError, type MatrixClient, MatrixError, SyncState } from "matrix-js-sdk";
import { expect, it, vi } from "vitest";
import { type Step, whenOpened } from "./matrix";

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
