// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { ConnectionError, type MatrixClient, MatrixError } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { ContactPage } from "./ContactPage";

afterEach(cleanup);

/** Open the page of somebody whom nobody has told of yet. */
function open(getProfileInfo: () => Promise<unknown>): void {
  const client = {
    getProfileInfo,
    getSafeUserId: () => "@bob:x.org",
    getUserId: () => "@bob:x.org",
    getUser: () => null,
    getRoom: () => null,
    getRooms: () => [],
    getAccountData: () => undefined,
    getIgnoredUsers: () => [],
    on: vi.fn(),
    off: vi.fn(),
  };
  render(
    <ClientContext value={client as unknown as MatrixClient}>
      <ContactPage params={{ userId: "@nobody:x.org" }} onLeave={() => undefined} />
    </ClientContext>,
  );
}

it("says that there is nobody, and offers nothing to do with them", async () => {
  open(() => Promise.reject(new MatrixError({ errcode: "M_NOT_FOUND" }, 404)));
  await screen.findByRole("heading", { name: "contacts.not_found" });
  expect(screen.queryByRole("button", { name: /contacts.message/ })).toBeNull();
});

it("says that a person could not be looked up, and asks again", async () => {
  const asked = vi.fn(() => Promise.reject(new ConnectionError("offline")));
  open(asked);
  await screen.findByText("errors.offline");
  expect(screen.queryByRole("button", { name: /contacts.message/ })).toBeNull();
  asked.mockImplementation(() => Promise.reject(new MatrixError({ errcode: "M_NOT_FOUND" }, 404)));
  fireEvent.click(screen.getByRole("button", { name: "errors.retry" }));
  await screen.findByRole("heading", { name: "contacts.not_found" });
});
