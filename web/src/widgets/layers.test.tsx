// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeCloseWatcher, newPage, pressEscape, systemBack, touch } from "./closeWatcher.fixture";
import { PopMenu } from "./PopMenu";
import { Sheet } from "./Sheet";

const sending = { first: false, second: false };

beforeEach(() => {
  newPage();
  sending.second = false;
  vi.stubGlobal("CloseWatcher", FakeCloseWatcher);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** Return whether something on the page took it. */
function back(): boolean {
  let isTaken = false;
  act(() => {
    isTaken = systemBack();
  });
  return isTaken;
}

function titles(): (string | null)[] {
  return screen.queryAllByRole("heading", { hidden: true }).map(({ textContent }) => textContent);
}

/** A sheet with another one on it; while something is sent from one, it stays. */
function Two({ isFirst }: { isFirst: boolean }) {
  const [open, setOpen] = useState({ first: isFirst, second: false });
  const close = (name: "first" | "second") => {
    if (!sending[name]) setOpen((before) => ({ ...before, [name]: false }));
  };
  return (
    <>
      <Sheet title="first" isOpen={open.first} onClose={() => close("first")}>
        <button type="button" onClick={() => setOpen((before) => ({ ...before, second: true }))}>
          more
        </button>
      </Sheet>
      <Sheet title="second" isOpen={open.second} onClose={() => close("second")}>
        <input aria-label="words" />
      </Sheet>
    </>
  );
}

function openBoth(): void {
  render(<Two isFirst />);
  fireEvent.click(screen.getByRole("button", { name: "more" }));
  expect(titles()).toEqual(["first", "second"]);
}

it.each([
  ["when somebody opened them", touch],
  ["when they opened by themselves", () => undefined],
])("closes what lies on top, one at a time, and leaves the page after that, %s", (_, before) => {
  before();
  render(<Two isFirst />);
  before();
  fireEvent.click(screen.getByRole("button", { name: "more" }));
  expect(back()).toBe(true);
  expect(titles()).toEqual(["first"]);
  expect(back()).toBe(true);
  expect(titles()).toEqual([]);
  expect(back()).toBe(false);
});

it("asks what will not close each time anew, and nothing below it", () => {
  openBoth();
  sending.second = true;
  for (const _ of [1, 2, 3]) {
    expect(back()).toBe(true);
    expect(titles()).toEqual(["first", "second"]);
  }
  sending.second = false;
  expect(back()).toBe(true);
  expect(titles()).toEqual(["first"]);
});

it("has nothing to do with what was closed another way", () => {
  openBoth();
  fireEvent.click(screen.getAllByRole("button", { name: "widgets.close" })[0] as HTMLElement);
  expect(titles()).toEqual(["first"]);
  fireEvent.click(screen.getByRole("button", { name: "widgets.close" }));
  expect(titles()).toEqual([]);
  expect(back()).toBe(false);
});

it("closes one with one Escape, wherever the focus is", () => {
  openBoth();
  act(() => pressEscape(screen.getByLabelText("words")));
  expect(titles()).toEqual(["first"]);
  act(() => pressEscape(document.body));
  expect(titles()).toEqual([]);
});

it("goes with the page that it lay on", () => {
  const { unmount } = render(<Two isFirst />);
  unmount();
  expect(back()).toBe(false);
});

it("closes a menu, and what it lies on after that", () => {
  const actions = [{ label: "Delete", onAction: () => undefined }];
  render(
    <Sheet title="first" isOpen onClose={() => undefined}>
      <PopMenu label="menu" icon={Ellipsis} actions={actions} />
    </Sheet>,
  );
  fireEvent.click(screen.getByRole("button", { name: "menu" }));
  screen.getByRole("menuitem", { name: "Delete" });
  expect(back()).toBe(true);
  expect(screen.queryByRole("menuitem")).toBeNull();
  expect(titles()).toEqual(["first"]);
});

it("changes nothing where the browser knows of no such thing", () => {
  vi.stubGlobal("CloseWatcher", undefined);
  openBoth();
  act(() => pressEscape(screen.getByLabelText("words")));
  expect(titles()).toEqual(["first"]);
});
