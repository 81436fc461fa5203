// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, fireEvent, render, renderHook, screen } from "@testing-library/react";
import { createClient, type MatrixClient } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { useAttempt } from "../../shell/attempt";
import { ClientContext } from "../../shell/client";
import { openReport, useOpenReport } from "../report/openReport";
import type { Request } from "./people";
import { RequestRow } from "./RequestRow";

afterEach(cleanup);

const REQUEST: Request = {
  ...{ userId: "@bob:courtyard.test", roomId: "!group:courtyard.test", name: "Bob", mxc: null },
  ...{ kind: "group", group: "Soup", reason: "", canDecline: true },
};

function Row({ onAccept, onDecline }: { onAccept: () => Promise<void>; onDecline: () => Promise<void> }) {
  const { busy, attempt } = useAttempt();
  return (
    <RequestRow
      request={REQUEST}
      busy={busy}
      onAccept={() => attempt(onAccept)}
      onDecline={() => attempt(onDecline)}
    />
  );
}

it("shows on the answer that was given that the server is waited for, and takes no other one", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAccept = vi.fn(() => promise);
  const onDecline = vi.fn(() => promise);
  const client = createClient({ baseUrl: "http://127.0.0.1", userId: "@alice:courtyard.test" });
  render(
    <ClientContext value={client}>
      <Row onAccept={onAccept} onDecline={onDecline} />
    </ClientContext>,
  );
  const [accept, decline] = screen.getAllByRole("button");
  if (accept === undefined || decline === undefined) throw new Error("two answers can be given");
  accept.focus();
  fireEvent.click(accept);
  expect(accept.contains(await screen.findByRole("progressbar"))).toBe(true);
  expect(document.activeElement).toBe(accept);
  expect(decline.hasAttribute("disabled")).toBe(true);
  fireEvent.click(accept);
  fireEvent.click(decline);
  await act(async () => resolve());
  expect(onAccept).toHaveBeenCalledOnce();
  expect(onDecline).not.toHaveBeenCalled();
  expect(screen.queryByRole("progressbar")).toBeNull();
  expect(document.activeElement).toBe(accept);
});

async function show(request: Request, isEncrypted: boolean): Promise<void> {
  const client = Object.assign(new EventEmitter(), {
    getAccountData: () => undefined,
    getIgnoredUsers: () => [],
    getSafeUserId: () => "@alice:courtyard.test",
    getUser: () => null,
    getRooms: () => [],
    getRoom: () => ({
      getMyMembership: () => "invite",
      hasEncryptionStateEvent: () => isEncrypted,
      currentState: { getStateEvents: () => ({ getId: () => undefined }) },
    }),
    getCrypto: () => ({ isEncryptionEnabledInRoom: async () => false }),
  });
  const answer = async () => undefined;
  render(
    <ClientContext value={client as unknown as MatrixClient}>
      <RequestRow request={request} busy={false} onAccept={answer} onDecline={answer} />
    </ClientContext>,
  );
  await act(answer);
}

it("says before one comes that a chat is not encrypted", async () => {
  for (const kind of ["person", "group"] as const) {
    await show({ ...REQUEST, kind }, false);
    expect(screen.getByText("contacts.open_room")).toBeDefined();
    cleanup();
  }
});

it("says nothing of an encrypted chat, nor of one of one's own that somebody asks to come into", async () => {
  await show(REQUEST, true);
  expect(screen.queryByText("contacts.open_room")).toBeNull();
  cleanup();
  await show({ ...REQUEST, kind: "knock" }, false);
  expect(screen.queryByText("contacts.open_room")).toBeNull();
});

it.each([
  ["group", { kind: "room", roomId: REQUEST.roomId }],
  ["person", { kind: "person", userId: REQUEST.userId }],
] as const)("lets the %s be reported that one is asked by, before one answers", async (kind, subject) => {
  const { result } = renderHook(useOpenReport);
  await show({ ...REQUEST, kind }, true);
  fireEvent.click(screen.getByRole("button", { name: "contacts.report_name" }));
  expect(result.current).toEqual(subject);
  act(() => openReport(null));
});
