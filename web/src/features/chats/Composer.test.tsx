// @vitest-environment jsdom

import { cleanup, createEvent, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { type ComponentProps, createElement } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ClientContext } from "../../shell/client";
import { Composer } from "./Composer";

vi.mock("../links/useLinkOffer", () => ({ useLinkOffer: () => ({ take: () => [] }) }));
vi.mock("../links/LinkOffer", () => ({ LinkOffer: () => null }));
vi.mock("../../widgets/Sheet", () => ({ Sheet: () => null }));
vi.mock("./lines", () => ({ lineOf: () => "" }));
vi.mock("./composerTools", () => ({ BESIDE: [], MORE: [], WHEN_EMPTY: [] }));

const TARGET = { roomId: "!room:courtyard.test", threadId: null, replyTo: null };
const ANN = { userId: "@ann:courtyard.test", name: "Ann" };

let isFine = true;

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal("matchMedia", () => ({
    matches: isFine,
    addEventListener: () => {},
    removeEventListener: () => {},
  }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** Show the text field, and return it with what was sent from it. */
function field(): { box: HTMLElement; sent: string[] } {
  const sent: string[] = [];
  const props: ComponentProps<typeof Composer> = {
    target: TARGET,
    people: [ANN],
    doing: null,
    focusAt: 0,
    onStop: () => undefined,
    onSend: (text) => sent.push(text),
    onEditLast: () => undefined,
    onTyping: () => undefined,
  };
  const client = { getUser: () => null, getRooms: () => [] } as unknown as MatrixClient;
  render(createElement(ClientContext, { value: client }, createElement(Composer, props)));
  return { box: screen.getByRole("textbox"), sent };
}

function write(box: HTMLElement, text: string): void {
  fireEvent.change(box, { target: { value: text } });
}

/** Press Enter; returns whether the browser would go on and write a line. */
function enter(box: HTMLElement, how: KeyboardEventInit = {}): boolean {
  const event = createEvent.keyDown(box, { key: "Enter", keyCode: 13, ...how });
  fireEvent(box, event);
  return !event.defaultPrevented;
}

it("leaves the key that ends composing to the input method, whatever Safari says of it", () => {
  isFine = true;
  const { box, sent } = field();
  write(box, "ni hao");
  expect(enter(box, { keyCode: 229 })).toBe(true);
  write(box, "@An");
  expect(enter(box, { keyCode: 229 })).toBe(true);
  expect(sent).toEqual([]);
  write(box, "你好");
  expect(enter(box)).toBe(false);
  expect(sent).toEqual(["你好"]);
});

it("writes a line by Enter where there is no keyboard but that on the screen", () => {
  isFine = false;
  const { box, sent } = field();
  write(box, "one");
  expect(enter(box)).toBe(true);
  expect(sent).toEqual([]);
  expect(box.getAttribute("enterkeyhint")).toBe("enter");
});
