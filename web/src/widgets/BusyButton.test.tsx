// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BusyButton } from "./BusyButton";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const pass = (ms: number) => act(async () => vi.advanceTimersByTime(ms));
const told = () => document.querySelectorAll("[data-live-announcer] [aria-labelledby]").length;

it("waits where it is, takes no second press, and says after a moment that it waits", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const doing = vi.fn(() => promise);
  const { unmount } = render(<BusyButton onPress={doing}>Start</BusyButton>);
  const button = screen.getByRole("button");
  act(() => button.focus());
  fireEvent.click(button);
  fireEvent.click(button);
  await pass(299);
  expect(screen.queryByRole("progressbar")).toBeNull();
  await pass(1);
  expect(button.getAttribute("aria-disabled")).toBe("true");
  expect(button.hasAttribute("disabled")).toBe(false);
  // The wheel is a part of what the button is called: a screen reader hears both.
  expect(screen.getByRole("progressbar").getAttribute("aria-label")).toBe("app.loading");
  await pass(100);
  expect(told()).toBe(1);
  fireEvent.click(button);
  expect(doing).toHaveBeenCalledOnce();
  await act(async () => resolve());
  expect(screen.queryByRole("progressbar")).toBeNull();
  expect(button.getAttribute("aria-disabled")).toBeNull();
  expect(document.activeElement).toBe(button);
  // Nothing is left that would be read out by the name of what is gone.
  unmount();
  expect(told()).toBe(0);
});

it("leaves nothing to be read out that begins only after it has gone", async () => {
  const { unmount } = render(<BusyButton onPress={() => undefined}>Start</BusyButton>);
  const { id } = screen.getByRole("button");
  unmount();
  await pass(100);
  // As React Aria does it the first time, outside of tests.
  const place = document.body.appendChild(document.createElement("div"));
  place.dataset["liveAnnouncer"] = "true";
  place.appendChild(document.createElement("div")).setAttribute("aria-labelledby", id);
  expect(told()).toBe(1);
  await pass(200);
  expect(told()).toBe(0);
  place.remove();
});

it("harms nothing when the page has gone before it forgets", () => {
  const { unmount } = render(<BusyButton onPress={() => undefined}>Start</BusyButton>);
  unmount();
  vi.stubGlobal("document", undefined);
  try {
    vi.advanceTimersByTime(200);
  } finally {
    vi.unstubAllGlobals();
  }
});

it("says nothing of what takes but a moment", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  render(<BusyButton onPress={() => promise}>Start</BusyButton>);
  const button = screen.getByRole("button");
  act(() => button.focus());
  fireEvent.click(button);
  await pass(200);
  await act(async () => resolve());
  await pass(1_000);
  expect(screen.queryByRole("progressbar")).toBeNull();
  expect(told()).toBe(0);
});

it("stays on while what it does is what is going on, and is off while something else is", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { rerender } = render(<BusyButton onPress={() => promise}>Accept</BusyButton>);
  fireEvent.click(screen.getByRole("button"));
  const other = (isDisabled: boolean) => (
    <BusyButton onPress={() => promise} isDisabled={isDisabled}>
      Accept
    </BusyButton>
  );
  rerender(other(true));
  expect(screen.getByRole("button").hasAttribute("disabled")).toBe(false);
  await act(async () => resolve());
  expect(screen.getByRole("button").hasAttribute("disabled")).toBe(true);
  rerender(other(false));
  expect(screen.getByRole("button").hasAttribute("disabled")).toBe(false);
});

it("sends no form a second time", async () => {
  const sent = vi.fn((event: React.FormEvent) => event.preventDefault());
  const form = (isBusy: boolean) => (
    <form onSubmit={sent}>
      <BusyButton type="submit" isBusy={isBusy}>
        Save
      </BusyButton>
    </form>
  );
  const { rerender } = render(form(false));
  fireEvent.click(screen.getByRole("button"));
  expect(sent).toHaveBeenCalledOnce();
  rerender(form(true));
  fireEvent.click(screen.getByRole("button"));
  await pass(300);
  fireEvent.click(screen.getByRole("button"));
  expect(sent).toHaveBeenCalledOnce();
});
