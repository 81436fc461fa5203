// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, render, screen } from "@testing-library/react";
import type { MatrixClient, Room } from "matrix-js-sdk";
import { afterEach, expect, it } from "vitest";
import { ClientContext } from "../../shell/client";
import { OpenBar } from "./OpenBar";

afterEach(cleanup);

const WORDS = "contacts.open_room";

/** Show the bar of a room of which the state says nothing of encryption. */
async function show({ type, isRemembered = false }: { type?: string; isRemembered?: boolean } = {}) {
  const room = {
    roomId: "!room",
    getType: () => type,
    getMyMembership: () => "join",
    hasEncryptionStateEvent: () => false,
    currentState: { getStateEvents: () => ({ getId: () => "$create" }) },
  } as unknown as Room;
  const client = Object.assign(new EventEmitter(), {
    getRoom: () => room,
    getCrypto: () => ({ isEncryptionEnabledInRoom: async () => isRemembered }),
  }) as unknown as MatrixClient;
  const bar = () => (
    <ClientContext value={client}>
      <OpenBar room={room} />
    </ClientContext>
  );
  const { rerender } = render(bar());
  expect(screen.queryByText(WORDS)).toBeNull();
  await act(async () => undefined);
  return () => rerender(bar());
}

it("tells once that a chat is not encrypted: what is read out stays what it is", async () => {
  const again = await show();
  const words = screen.getByText(WORDS);
  expect(words.closest("[aria-live=polite]")).not.toBeNull();
  again();
  expect(screen.getByText(WORDS)).toBe(words);
});

it("says nothing of a chat that this device remembers as encrypted, nor where the server writes", async () => {
  await show({ isRemembered: true });
  expect(screen.queryByText(WORDS)).toBeNull();
  cleanup();
  await show({ type: "org.courtyard.notices" });
  expect(screen.queryByText(WORDS)).toBeNull();
});
