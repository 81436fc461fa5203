// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, renderHook } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { useLinkOffer } from "./useLinkOffer";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Write an address in a room of which the state says nothing of encryption. */
async function write(isRemembered: boolean) {
  const asked = vi.fn(async (address: string) => Response.json({ "og:title": address }));
  vi.stubGlobal("fetch", asked);
  const client = Object.assign(new EventEmitter(), {
    getRoom: () => ({
      getMyMembership: () => "join",
      hasEncryptionStateEvent: () => false,
      currentState: { getStateEvents: () => ({ getId: () => "$create" }) },
    }),
    getCrypto: () => ({ isEncryptionEnabledInRoom: async () => isRemembered }),
    getCapabilities: async () => ({ "org.courtyard.link_previews": { enabled: true } }),
    getAccountData: () => undefined,
    getAccessToken: () => "token",
  });
  const { result } = renderHook(() => useLinkOffer("!room", "see https://example.org/soup"), {
    wrapper: ({ children }) => (
      <ClientContext value={client as unknown as MatrixClient}>{children}</ClientContext>
    ),
  });
  // What each answer leads to is drawn before the next one is waited for.
  for (let second = 0; second < 4; second += 1) await act(() => vi.advanceTimersByTimeAsync(1_000));
  return { offer: result.current.offer, asked };
}

it("asks the server by itself where that reads everything anyway", async () => {
  const { offer, asked } = await write(false);
  expect(offer?.state).toBe("found");
  expect(asked).toHaveBeenCalledOnce();
});

it("asks nobody unasked where this device remembers the room as encrypted, whatever the server leaves out", async () => {
  const { offer, asked } = await write(true);
  expect(offer?.state).toBe("possible");
  expect(asked).not.toHaveBeenCalled();
});
