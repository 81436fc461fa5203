// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { type MatrixClient, MatrixError } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import type { KeysState } from "../../protocol/keys";
import { ClientContext } from "../../shell/client";
import { SignOutSheet } from "./SignOutSheet";

const SAFE: KeysState = {
  hasIdentity: true,
  isVerified: true,
  hasSecrets: true,
  hasRecovery: true,
  hasBackup: true,
};

afterEach(cleanup);

/** Show the sheet to somebody whose server answers so. */
function shown(keys: KeysState | null, authedRequest: () => Promise<unknown>) {
  const onLeave = vi.fn();
  const client = {
    stopClient: vi.fn(),
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
  await act(async () => fireEvent.click(screen.getByText("account.sign_out")));
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
