// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import { createClient, KnownMembership, PendingEventOrdering, Room } from "matrix-js-sdk";
import { expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { keep } from "../voice/kept";
import { useChats } from "./useChats";

vi.mock("react-i18next", () => {
  const words = { t: (key: string) => key };
  return { useTranslation: () => words };
});

it("shows at once that a recording waits, also when that begins after the list was drawn", () => {
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: "@alice:courtyard.test" });
  const room = new Room("!room", client, "@alice:courtyard.test", {
    pendingEventOrdering: PendingEventOrdering.Detached,
  });
  room.updateMyMembership(KnownMembership.Join);
  client.store.storeRoom(room);
  const { result } = renderHook(useChats, {
    wrapper: ({ children }) => <ClientContext value={client}>{children}</ClientContext>,
  });
  const target = { roomId: "!room", replyTo: null };
  const draft = () => result.current[0]?.draft;
  const waits = (threadId: string | null) =>
    act(() => keep(client, { ...target, threadId }, new Promise(() => undefined), true));
  expect(draft()).toBeNull();
  waits("$thread");
  expect(draft()).toBeNull();
  waits(null);
  expect(draft()).toBe("chats.voice");
  // A text that waits there too is more to be known by.
  localStorage.setItem("courtyard.draft.!room", "Hello");
  waits("$thread");
  expect(draft()).toBe("Hello");
});
