// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, renderHook } from "@testing-library/react";
import { type MatrixClient, RoomStateEvent } from "matrix-js-sdk";

import { afterEach, expect, it } from "vitest";
import { ClientContext } from "./client";
import { useIsOpen, useIsSealed } from "./sealing";

afterEach(cleanup);

/** Enter a room of which the state says nothing of encryption. */
function enter(remembered: Promise<boolean>) {
  let isEncrypted = false;
  const room = {
    getMyMembership: () => "join",
    hasEncryptionStateEvent: () => isEncrypted,
    currentState: { getStateEvents: () => ({ getId: () => "$create" }) },
  };
  const client = Object.assign(new EventEmitter(), {
    getRoom: () => room,
    getCrypto: () => ({ isEncryptionEnabledInRoom: () => remembered }),
  });
  const { result } = renderHook(() => [useIsOpen("!room"), useIsSealed("!room")], {
    wrapper: ({ children }) => (
      <ClientContext value={client as unknown as MatrixClient}>{children}</ClientContext>
    ),
  });
  async function encrypt(): Promise<void> {
    isEncrypted = true;
    client.emit(RoomStateEvent.Events);
    await act(() => new Promise(requestAnimationFrame));
  }
  return { result, encrypt };
}

const [OPEN, SEALED, UNCERTAIN] = [
  [true, false],
  [false, true],
  [false, false],
];

it("says that a room is open once this device has been asked, and until it is encrypted", async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { result, encrypt } = enter(promise);
  expect(result.current).toEqual(UNCERTAIN);
  await act(async () => resolve(false));
  expect(result.current).toEqual(OPEN);
  await encrypt();
  expect(result.current).toEqual(SEALED);
});

it("never says it of a room that this device remembers as encrypted", async () => {
  const { result } = enter(Promise.resolve(true));
  await act(async () => undefined);
  expect(result.current).toEqual(SEALED);
});
