// @vitest-environment jsdom
import { EventEmitter } from "node:events";
import { act, cleanup, render, screen } from "@testing-library/react";
import { ClientEvent, type MatrixClient } from "matrix-js-sdk";
import { useLayoutEffect } from "react";
import { afterEach, expect, it } from "vitest";
import { ClientContext, useFromClient } from "./client";

const EVENTS = [ClientEvent.Room] as const;
let rooms = 0;
const count = () => rooms;

function Count({ onDrawn }: { onDrawn: () => void }) {
  useLayoutEffect(onDrawn, [onDrawn]);
  return <p>{useFromClient(EVENTS, count)} rooms</p>;
}

afterEach(cleanup);

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
