// @vitest-environment jsdom
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

const TARGET = { roomId: "!room:courtyard.test", threadId: null, replyTo: null };

/** Of a clock that runs ahead. */
const LONG = { timeout: 2_000 };

type Sent = Record<string, unknown>;

/** A client that keeps what it is told to send. */
function keeping(sent: Sent[], first: () => void = () => undefined): MatrixClient {
  const sendEvent = async (_room: string, _thread: string | null, _type: string, content: Sent) => {
    sent.push(content);
  };
  let begins = first;
  return {
    getRoom: () => null,
    sendEvent: (...all: Parameters<typeof sendEvent>) => {
      const begin = begins;
      begins = () => undefined;
      begin();
      return sendEvent(...all);
    },
  } as unknown as MatrixClient;
}

async function say(client: MatrixClient, text: string): Promise<void> {
  (await import("./deeds")).say(client, TARGET, null, text, [], (content) => content);
}

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.doUnmock("../../model/markdown");
  vi.useRealTimers();
});

it("sends the signs as they stand when what understands them does not come", async () => {
  vi.doMock("../../model/markdown", () => new Promise(() => undefined));
  const sent: Sent[] = [];
  const client = keeping(sent);
  vi.useFakeTimers();
  await say(client, "**now**");
  await say(client, "and then");
  await vi.waitFor(() => expect(sent.map(({ body }) => body)).toEqual(["**now**", "and then"]), LONG);
  expect(sent[0]).not.toHaveProperty("formatted_body");
});

it("understands at once what it was given the time to expect", async () => {
  const sent: Sent[] = [];
  const client = keeping(sent);
  (await import("./signs")).expectSigns("**no");
  await vi.waitFor(async () => {
    await say(client, "**now**");
    expect(sent.at(-1)?.["formatted_body"]).toBe("<strong>now</strong>");
  });
  const count = sent.length;
  (await import("./deeds")).say(client, TARGET, null, "*at once*", [], (content) => content);
  expect(sent.length).toBe(count + 1);
});

it("goes on after something that could not be begun", async () => {
  vi.doMock("../../model/markdown", () => new Promise(() => undefined));
  vi.useFakeTimers();
  const sent: Sent[] = [];
  const client = keeping(sent, () => {
    throw new Error("no such thread");
  });
  await say(client, "**one**");
  await say(client, "two");
  await vi.waitFor(() => expect(sent.map(({ body }) => body)).toEqual(["two"]), LONG);
  await say(client, "three");
  expect(sent.map(({ body }) => body)).toEqual(["two", "three"]);
});
