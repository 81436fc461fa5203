// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { EventStatus, type MatrixClient, MatrixError, MatrixEvent } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { handInKeys } from "../../protocol/handIn";
import type { KeysState } from "../../protocol/keys";
import { ClientContext } from "../../shell/client";
import { SignOutSheet } from "./SignOutSheet";

vi.mock("../../protocol/handIn", () => ({ handInKeys: vi.fn() }));

const SAFE: KeysState = {
  hasIdentity: true,
  isVerified: true,
  hasSecrets: true,
  hasRecovery: true,
  hasBackup: true,
};

beforeEach(() => void vi.mocked(handInKeys).mockReset().mockResolvedValue(true));
afterEach(cleanup);

/** Show the sheet to somebody whose server answers so, and whose chats have messages that are not sent. */
function shown(keys: KeysState | null, authedRequest: () => Promise<unknown>, pending: MatrixEvent[] = []) {
  const onLeave = vi.fn();
  const client = {
    on: vi.fn(),
    off: vi.fn(),
    getRooms: () => [{ getPendingEvents: () => pending }],
    stopClient: vi.fn(),
    store: {},
    clearStores: vi.fn(async () => undefined),
    http: { abort: vi.fn(), authedRequest: vi.fn(authedRequest) },
  };
  render(
    <ClientContext value={client as unknown as MatrixClient}>
      <SignOutSheet isOpen onClose={() => undefined} onLeave={onLeave} keys={keys} />
    </ClientContext>,
  );
  return { client, onLeave };
}

it.each([
  ["me.sign_out_hint", SAFE],
  ["me.sign_out_unknown", null],
  ["me.sign_out_unverified", { ...SAFE, isVerified: false }],
  ["me.sign_out_no_recovery", { ...SAFE, hasRecovery: false }],
  ["me.sign_out_no_backup", { ...SAFE, hasBackup: false }],
])("says what goes with the device: %s", (words, keys) => {
  shown(keys, async () => ({}));
  screen.getByText(words);
});

function message(type: string, status: EventStatus): MatrixEvent {
  const event = new MatrixEvent({ type });
  event.setStatus(status);
  return event;
}

it.each([
  ["m.room.message", EventStatus.NOT_SENT, true],
  ["m.room.message", EventStatus.ENCRYPTING, true],
  ["m.room.message", EventStatus.SENT, false],
  ["m.call.candidates", EventStatus.NOT_SENT, false],
])("says what was not sent, too: %s, %s", (type, status, isTold) => {
  shown({ ...SAFE, hasRecovery: false }, async () => ({}), [message(type, status)]);
  expect(screen.queryAllByText("me.sign_out_unsent")).toHaveLength(isTold ? 1 : 0);
  screen.getByText("me.sign_out_no_recovery");
});

it("says what waits to be encrypted", () => {
  localStorage.setItem("courtyard.unsent", JSON.stringify([{ roomId: "!a:b", txnId: "1" }]));
  shown(SAFE, async () => ({}));
  localStorage.clear();
  screen.getByText("me.sign_out_unsent");
  expect(screen.queryByText("me.sign_out_hint")).toBeNull();
});

async function press(words: string): Promise<void> {
  await act(async () => fireEvent.click(screen.getByText(words)));
}

it("hands the newest keys in before it ends anything", async () => {
  const { client, onLeave } = shown(SAFE, async () => ({}));
  vi.mocked(handInKeys).mockImplementation(async () => {
    expect(client.stopClient).not.toHaveBeenCalled();
    return true;
  });
  await press("account.sign_out");
  expect(onLeave).toHaveBeenCalledOnce();
});

it("asks once more where they could not be handed in", async () => {
  const { client, onLeave } = shown(SAFE, async () => ({}));
  vi.mocked(handInKeys).mockResolvedValue(false);
  await press("account.sign_out");
  screen.getByText("me.sign_out_left");
  await press("me.sign_out_again");
  screen.getByText("me.sign_out_left");
  expect(client.stopClient).not.toHaveBeenCalled();
  await press("me.sign_out_anyway");
  expect(onLeave).toHaveBeenCalledOnce();
  expect(handInKeys).toHaveBeenCalledTimes(2);
});

it("signs nobody out who thinks better of it meanwhile", async () => {
  const { client, onLeave } = shown(SAFE, async () => ({}));
  let end: (isDone: boolean) => void = () => undefined;
  vi.mocked(handInKeys).mockReturnValue(new Promise((resolve) => (end = resolve)));
  await press("account.sign_out");
  await press("me.cancel");
  await act(async () => end(true));
  expect(client.stopClient).not.toHaveBeenCalled();
  expect(onLeave).not.toHaveBeenCalled();
  screen.getByText("account.sign_out");
});

it.each([
  ["nothing more where the server knows", async () => ({}), undefined],
  [
    "nothing more where the server knew already",
    () => Promise.reject(new MatrixError({ errcode: "M_UNKNOWN_TOKEN" }, 401)),
    undefined,
  ],
  ["that the server does not know", () => Promise.reject(new Error("no connection")), "server_not_told"],
] as const)("wipes the device and says %s", async (_, answer, farewell) => {
  const { client, onLeave } = shown(SAFE, answer);
  await press("account.sign_out");
  expect(client.http.authedRequest).toHaveBeenCalledWith(
    "POST",
    "/logout",
    undefined,
    undefined,
    expect.objectContaining({ localTimeoutMs: 10_000 }),
  );
  expect(client.clearStores).toHaveBeenCalledOnce();
  expect(onLeave).toHaveBeenCalledExactlyOnceWith(farewell);
});
