// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { Verifications } from "./Verifications";

const sheet = vi.hoisted(() => ({ comes: false }));
vi.mock("./VerifySheet", () => {
  if (!sheet.comes) throw new Error("Failed to fetch dynamically imported module");
  return { VerifySheet: () => <p>the sheet</p> };
});

const cancel = vi.fn(async () => undefined);

beforeEach(async () => {
  sheet.comes = false;
  cancel.mockClear();
  const crypto = { getVerificationRequestsToDeviceInProgress: () => [] };
  const client = Object.assign(new EventEmitter(), {
    getCrypto: () => crypto,
    getSafeUserId: () => "@alice:courtyard.test",
  });
  render(
    <ClientContext value={client as unknown as MatrixClient}>
      <Verifications>
        <p>the chats</p>
      </Verifications>
    </ClientContext>,
  );
  const request = { isSelfVerification: true, pending: true, transactionId: "1", cancel };
  await act(async () => void client.emit(CryptoEvent.VerificationRequestReceived, request));
});
afterEach(cleanup);

it("tells the other device when it is given up", async () => {
  await screen.findByText("widgets.part_missing");
  fireEvent.click(screen.getByLabelText("widgets.close"));
  expect(cancel).toHaveBeenCalledOnce();
  expect(screen.queryByText("widgets.part_missing")).toBeNull();
  screen.getByText("the chats");
});

it("says that the sheet did not come, beside everything else, and fetches it again", async () => {
  await screen.findByText("widgets.part_missing");
  screen.getByText("the chats");
  sheet.comes = true;
  fireEvent.click(screen.getByText("errors.retry"));
  await screen.findByText("the sheet");
  expect(cancel).not.toHaveBeenCalled();
});
