// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import i18next from "i18next";
import type { MatrixClient } from "matrix-js-sdk";
import type { ReactNode } from "react";
import { initReactI18next } from "react-i18next";
import { afterEach, describe, expect, it, vi } from "vitest";
import vectors from "../../model/vectors.json";
import type { Clause } from "../../protocol/conduct";
import { ClientContext } from "../../shell/client";
import { useDraft } from "./useDraft";

const { session_id, start, messages } = vectors.megolm;
const ROOM = "!r:courtyard.test";
const clause: Clause = {
  id: "R1",
  kind: "rule",
  category: "C",
  wording: { en: { title: "Floods", text: "" } },
};

/** The first messages of the vectors, as events of their room; of a session that is not here, where that is wanted. */
function event(place: number, session = session_id) {
  return {
    getId: () => `$${place}`,
    getType: () => "m.room.message",
    getWireType: () => "m.room.encrypted",
    getWireContent: () => ({ session_id: session, ciphertext: messages[place]?.ciphertext }),
    isRedacted: () => false,
    isDecryptionFailure: () => false,
    status: null,
  };
}

function use(exportRoomKeys: () => Promise<unknown[]>) {
  const events = [event(0), event(1), event(2, "another")];
  const timeline = { getEvents: () => events };
  const client = {
    getSafeUserId: () => "@alice:courtyard.test",
    getRoom: () => ({ getTimelineForEvent: () => timeline, getLiveTimeline: () => timeline }),
    getCrypto: () => ({ exportRoomKeys }),
  } as unknown as MatrixClient;
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ClientContext value={client}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </ClientContext>
  );
  const subject = { kind: "message", roomId: ROOM, eventId: "$0" } as const;
  return renderHook(
    ({ chosen }) => useDraft(subject, { clause, kind: "rule", words: "", chosen: new Set(chosen) }),
    { wrapper, initialProps: { chosen: ["$0"] } },
  );
}

const ours = { room_id: ROOM, session_id, session_key: start };

await i18next.use(initReactI18next).init({ lng: "en", resources: {} });

describe("the draft of a report", () => {
  afterEach(cleanup);

  it("asks for the keys once, however many messages are ticked", async () => {
    const exported = vi.fn(async () => [ours, { ...ours, room_id: "!other", session_id: "another" }]);
    const { result, rerender } = use(exported);
    await waitFor(() => expect(result.current.report?.disclosed).toHaveLength(1));
    rerender({ chosen: ["$0", "$1"] });
    await waitFor(() => expect(result.current.report?.disclosed).toHaveLength(2));
    expect(exported).toHaveBeenCalledTimes(1);
    const keys = result.current.report?.disclosed.map((one) => one.message_key);
    expect(keys).toEqual(messages.slice(0, 2).map((one) => one.message_key));
  });

  it("says how many of the chosen messages are not in it", async () => {
    const { result, rerender } = use(async () => [ours]);
    rerender({ chosen: ["$0", "$2"] });
    await waitFor(() => expect(result.current.report?.disclosed).toHaveLength(1));
    expect(result.current.leftOut).toBe(1);
  });

  it("says that the keys could not be had, and asks again when it is told to", async () => {
    const exported = vi.fn(async () => [ours]).mockRejectedValueOnce(new Error("The store is closed."));
    const { result } = use(exported);
    await waitFor(() => expect(result.current.isFailed).toBe(true));
    expect(result.current.report).toBeUndefined();
    act(() => result.current.again());
    await waitFor(() => expect(result.current.report?.disclosed).toHaveLength(1));
  });
});
