// @vitest-environment jsdom

import { cleanup, createEvent, fireEvent, render, screen } from "@testing-library/react";
import type { MatrixClient } from "matrix-js-sdk";
import { type ComponentProps, createElement, useEffect } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Said } from "../../model/said";
import { ClientContext } from "../../shell/client";
import { Composer, type Doing } from "./Composer";
import type { ToolProps, WhenEmptyProps } from "./composerTools";
import { type Talk, TalkContext } from "./talk";

vi.mock("../links/useLinkOffer", () => ({ useLinkOffer: () => ({ take: () => [] }) }));
vi.mock("../links/LinkOffer", () => ({ LinkOffer: () => null }));
vi.mock("../../widgets/Sheet", () => ({ Sheet: () => null }));
vi.mock("./lines", () => ({ lineOf: () => "" }));

/** What a tool was told last, and how often one that may be at work was taken away. */
const tool = vi.hoisted(() => ({
  props: null as ToolProps | null,
  offered: [] as boolean[],
  taken: 0,
}));
vi.mock("./composerTools", () => ({
  BESIDE: [
    (props: ToolProps) => {
      tool.props = props;
      return null;
    },
  ],
  MORE: [],
  WHEN_EMPTY: [
    ({ isOffered }: WhenEmptyProps) => {
      tool.offered.push(isOffered);
      useEffect(
        () => () => {
          tool.taken += 1;
        },
        [],
      );
      return null;
    },
  ],
}));

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

const SAID: Said = {
  id: "$a",
  key: "$a",
  sender: ANN.userId,
  at: 0,
  type: "m.room.message",
  content: { msgtype: "m.text", body: "as it was" },
  isEdited: false,
  isRemoved: false,
  reactions: [],
  references: [],
};

/** Show the text field, and return it with what was sent from it, and how often what is being done was ended. */
function field() {
  const sent: string[] = [];
  const onStop = vi.fn();
  const onHalfWritten = vi.fn();
  const props: ComponentProps<typeof Composer> = {
    target: TARGET,
    people: [ANN],
    doing: null,
    focusAt: 0,
    onStop,
    onSend: (text) => sent.push(text),
    onHalfWritten,
    onEditLast: () => undefined,
    onTyping: () => undefined,
  };
  const client = { getUser: () => null, getRooms: () => [] } as unknown as MatrixClient;
  const shown = (doing: Doing) => (
    <ClientContext value={client}>
      <TalkContext value={{ nameOf: () => "Ann" } as unknown as Talk}>
        {createElement(Composer, { ...props, doing })}
      </TalkContext>
    </ClientContext>
  );
  const { rerender } = render(shown(null));
  return {
    box: screen.getByRole("textbox"),
    sent,
    onStop,
    onHalfWritten,
    doNow: (doing: Doing) => rerender(shown(doing)),
  };
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

it("leaves a tool that may be at work where it is when an edit begins: so no recording is lost", () => {
  const { box, doNow } = field();
  tool.taken = 0;
  expect(tool.offered.at(-1)).toBe(true);
  doNow({ kind: "edit", said: SAID });
  expect(tool.offered.at(-1)).toBe(false);
  doNow(null);
  write(box, "words");
  expect(tool.offered.at(-1)).toBe(false);
  expect(tool.taken).toBe(0);
});

it("ends an answer with what is sent beside it, and no edit", () => {
  const { box, onStop, doNow } = field();
  doNow({ kind: "edit", said: SAID });
  write(box, "half of it");
  tool.props?.onSent();
  expect(onStop).not.toHaveBeenCalled();
  expect(box).toHaveProperty("value", "half of it");
  doNow({ kind: "reply", said: SAID });
  tool.props?.onChosen();
  expect(onStop).not.toHaveBeenCalled();
  tool.props?.onSent();
  expect(onStop).toHaveBeenCalledOnce();
});

it("tells whether another wording is half written", () => {
  const { box, onHalfWritten, doNow } = field();
  const isHalf = () => onHalfWritten.mock.lastCall?.[0];
  write(box, "a draft");
  expect(isHalf()).toBe(false);
  doNow({ kind: "edit", said: SAID });
  expect(isHalf()).toBe(false);
  write(box, "as it will be");
  expect(isHalf()).toBe(true);
  write(box, "as it was ");
  expect(isHalf()).toBe(false);
  write(box, "");
  expect(isHalf()).toBe(true);
  doNow(null);
  expect(isHalf()).toBe(false);
});
