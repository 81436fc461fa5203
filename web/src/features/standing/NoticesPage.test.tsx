// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { ConnectionError, type MatrixClient } from "matrix-js-sdk";
import { afterEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { NoticesPage } from "./NoticesPage";

afterEach(cleanup);

it("says that older notices did not come, and asks for them again", async () => {
  Element.prototype.scrollIntoView = () => {};
  let token: string | null = "older";
  const room = {
    roomId: "!notices",
    getLiveTimeline: () => ({ getEvents: () => [], getPaginationToken: () => token }),
    getPendingEvents: () => [],
  };
  const scrollback = vi.fn().mockRejectedValueOnce(new ConnectionError("offline"));
  scrollback.mockImplementation(async () => {
    token = null;
  });
  const client = {
    getRoom: () => room,
    getUserId: () => "@bob:x.org",
    on: vi.fn(),
    off: vi.fn(),
    scrollback,
  };
  render(
    <ClientContext value={client as unknown as MatrixClient}>
      <NoticesPage roomId="!notices" />
    </ClientContext>,
  );
  const button = screen.getByRole("button", { name: "notices.older" });
  button.focus();
  fireEvent.click(button);
  await waitFor(() => expect(screen.getByRole("alert").textContent).toBe("errors.offline"));
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "errors.retry" }));
  fireEvent.click(screen.getByRole("button", { name: "errors.retry" }));
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  expect(scrollback).toHaveBeenCalledTimes(2);
});
