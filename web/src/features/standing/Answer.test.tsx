// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { ConnectionError, EventStatus, MatrixEvent } from "matrix-js-sdk";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Answer } from "./Answer";

function show(status: EventStatus | null, error?: Error) {
  const event = new MatrixEvent({ type: "m.room.message", content: { body: "I object." } });
  event.error = (error ?? null) as never;
  event.status = status;
  const deeds = { onRetry: vi.fn(), onDiscard: vi.fn() };
  render(<Answer event={event} status={status} {...deeds} />);
  return deeds;
}

afterEach(cleanup);

describe("an answer in the notices room", () => {
  it("that wants a connection waits, and is not called refused", () => {
    show(EventStatus.NOT_SENT, new ConnectionError("offline"));
    expect(screen.getByText("talk.waiting")).toBeDefined();
    expect(screen.queryByText("chats.failed")).toBeNull();
    expect(screen.queryAllByRole("button")).toEqual([]);
  });

  it("that was refused says so, and can be sent again or given up", () => {
    const { onRetry, onDiscard } = show(EventStatus.NOT_SENT, new Error("refused"));
    expect(screen.getByRole("alert").textContent).toContain("chats.failed");
    fireEvent.click(screen.getByRole("button", { name: "errors.retry" }));
    fireEvent.click(screen.getByRole("button", { name: "talk.discard" }));
    expect([onRetry.mock.calls.length, onDiscard.mock.calls.length]).toEqual([1, 1]);
  });

  it("that is on its way says so", () => {
    show(EventStatus.SENDING);
    expect(screen.getByText("chats.sending")).toBeDefined();
  });
});
