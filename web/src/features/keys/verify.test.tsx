// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import {
  type GeneratedSas,
  VerificationPhase,
  type VerificationRequest,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api";
import { afterEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { VerifySheet } from "./VerifySheet";

afterEach(cleanup);

/** Two devices that are about to compare; `show` tells what there is to compare. */
function comparing(asked: Partial<VerificationRequest> = {}) {
  const verifier = Object.assign(new EventEmitter(), {
    getShowSasCallbacks: () => null,
    verify: async () => undefined,
  });
  const confirm = vi.fn(() => Promise.reject(new Error("no connection")));
  const cancel = vi.fn(async () => undefined);
  const request = Object.assign(new EventEmitter(), {
    phase: VerificationPhase.Started,
    chosenMethod: "m.sas.v1",
    verifier,
    cancel,
    isSelfVerification: true,
    ...asked,
  });
  const onClose = vi.fn();
  render(
    <ClientContext value={{} as MatrixClient}>
      <VerifySheet request={request as unknown as VerificationRequest} onClose={onClose} />
    </ClientContext>,
  );
  const show = (sas: GeneratedSas) =>
    act(async () => void verifier.emit(VerifierEvent.ShowSas, { sas, confirm, mismatch: vi.fn() }));
  return { show, confirm, cancel, onClose };
}

it("shows pictures where both devices have them", async () => {
  const { show } = comparing();
  await show({ emoji: [["🐶", "Dog"]], decimal: [1234, 5678, 9012] });
  screen.getByText("🐶");
  expect(screen.queryByText("1234")).toBeNull();
});

it("shows numbers where a device has nothing else", async () => {
  const { show } = comparing();
  await show({ decimal: [1234, 5678, 1234] });
  screen.getByText("verify.compare_numbers");
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual(["1234", "5678", "1234"]);
});

it.each([[{}], [{ emoji: [] }]])("lets nobody confirm nothing: %j", async (sas) => {
  const { show, cancel } = comparing();
  await show(sas);
  screen.getByText("verify.failed");
  expect(cancel).toHaveBeenCalled();
});

it("tells the other device that it failed here", async () => {
  const { show, cancel } = comparing();
  await show({ decimal: [1234, 5678, 9012] });
  expect(cancel).not.toHaveBeenCalled();
  await act(async () => fireEvent.click(screen.getByText("verify.same")));
  screen.getByText("verify.failed");
  expect(cancel).toHaveBeenCalledOnce();
});

it("says that one of both stopped", async () => {
  comparing({ phase: VerificationPhase.Cancelled, cancellationCode: "m.user" });
  screen.getByText("verify.cancelled");
});
