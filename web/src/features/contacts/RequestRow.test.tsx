// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createClient } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { useAttempt } from "../../shell/attempt";
import { ClientContext } from "../../shell/client";
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
