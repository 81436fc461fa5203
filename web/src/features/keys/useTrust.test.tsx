// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { CryptoEvent, UserVerificationStatus } from "matrix-js-sdk/lib/crypto-api";
import { afterEach, expect, it } from "vitest";
import { ClientContext } from "../../shell/client";
import { useTrust } from "./useTrust";

afterEach(cleanup);

const [ME, BOB, EVE] = ["@alice:courtyard.test", "@bob:courtyard.test", "@eve:courtyard.test"];

function Said({ userId }: { userId: string }) {
  return <p>{useTrust(userId) ?? "unknown"}</p>;
}

/** A client whose crypto answers when the test says so, the oldest question first. */
function asking() {
  const open: ((status: UserVerificationStatus) => void)[] = [];
  const crypto = { getUserVerificationStatus: () => new Promise((resolve) => open.push(resolve)) };
  const client = Object.assign(new EventEmitter(), { getCrypto: () => crypto, getUserId: () => ME });
  const page = (userId: string) => (
    <ClientContext value={client as unknown as MatrixClient}>
      <Said userId={userId} />
    </ClientContext>
  );
  const { rerender } = render(page(BOB));
  const answer = (isVerified: boolean, wasVerified = isVerified, at = 0) =>
    act(async () => open.splice(at, 1)[0]?.(new UserVerificationStatus(isVerified, wasVerified, true)));
  const changes = (userId: string) =>
    act(async () => void client.emit(CryptoEvent.UserTrustStatusChanged, userId));
  return { open, answer, changes, look: (userId: string) => rerender(page(userId)) };
}

it("tells verified people from others, and says when their keys are not those any more", async () => {
  const { open, answer, changes } = asking();
  screen.getByText("unknown");
  await answer(false);
  screen.getByText("none");
  await changes(EVE);
  expect(open).toEqual([]);
  await changes(BOB);
  await answer(true);
  screen.getByText("verified");
  await changes(ME);
  await answer(false, true);
  screen.getByText("changed");
});

it("goes by the newest question, and says of nobody what was found out about another", async () => {
  const { answer, changes, look } = asking();
  await changes(BOB);
  await answer(true, true, 1);
  await answer(false);
  screen.getByText("verified");
  look(EVE);
  screen.getByText("unknown");
});
