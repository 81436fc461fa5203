// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, render, screen } from "@testing-library/react";
import { ClientEvent, type MatrixClient } from "matrix-js-sdk";
import { useLayoutEffect } from "react";
import { afterEach, expect, it, vi } from "vitest";
import { ClientContext, useFromClient } from "./client";

const EVENTS = [ClientEvent.Room] as const;
let rooms = 0;
const count = () => rooms;

function Count({ onDrawn }: { onDrawn: () => void }) {
  useLayoutEffect(onDrawn, [onDrawn]);
  return <p>{useFromClient(EVENTS, count)} rooms</p>;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("misses nothing that happens between drawing and listening", async () => {
  rooms = 0;
  const client = new EventEmitter() as unknown as MatrixClient;
  const drawn = () => {
    rooms = 1;
    client.emit(ClientEvent.Room, undefined as never);
  };
  await act(async () => {
    render(
      <ClientContext value={client}>
        <Count onDrawn={drawn} />
      </ClientContext>,
    );
  });
  expect(screen.getByText("1 rooms")).toBeDefined();
});

it("hears of what happens while the page is hidden, which is not drawn then", async () => {
  rooms = 0;
  vi.useFakeTimers();
  vi.stubGlobal("requestAnimationFrame", () => 1);
  const client = new EventEmitter() as unknown as MatrixClient;
  render(
    <ClientContext value={client}>
      <Count onDrawn={() => undefined} />
    </ClientContext>,
  );
  rooms = 3;
  client.emit(ClientEvent.Room, undefined as never);
  await act(async () => vi.advanceTimersByTime(1_000));
  expect(screen.getByText("3 rooms")).toBeDefined();
});
