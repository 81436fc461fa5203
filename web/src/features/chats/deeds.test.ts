// @vitest-environment jsdom
import type { MatrixClient } from "matrix-js-sdk";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

// Modules are fetched anew for each test, which takes a while on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

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

type Say = (client: MatrixClient, text: string) => void;

async function fresh(): Promise<Say> {
  const { say } = await import("./deeds");
  return (client, text) => say(client, TARGET, null, text, [], (content) => content);
}

beforeEach(async () => {
  vi.resetModules();
  await fresh();
  vi.resetModules();
}, 60_000);
afterEach(() => {
  vi.doUnmock("../../model/markdown");
  vi.useRealTimers();
});

it("sends the signs as they stand when what understands them does not come", async () => {
  vi.doMock("../../model/markdown", () => new Promise(() => undefined));
  const sent: Sent[] = [];
  const client = keeping(sent);
  const say = await fresh();
  vi.useFakeTimers();
  say(client, "**now**");
  say(client, "and then");
  await vi.waitFor(() => expect(sent.map(({ body }) => body)).toEqual(["**now**", "and then"]), LONG);
  expect(sent[0]).not.toHaveProperty("formatted_body");
});

it("understands at once what it was given the time to expect", async () => {
  const sent: Sent[] = [];
  const client = keeping(sent);
  const say = await fresh();
  (await import("./signs")).expectSigns("**no");
  await import("../../model/markdown");
  await Promise.resolve();
  say(client, "**now**");
  expect(sent[0]?.["formatted_body"]).toBe("<strong>now</strong>");
});

it("goes on after something that could not be begun", async () => {
  vi.doMock("../../model/markdown", () => new Promise(() => undefined));
  const sent: Sent[] = [];
  const client = keeping(sent, () => {
    throw new Error("no such thread");
  });
  const say = await fresh();
  vi.useFakeTimers();
  say(client, "**one**");
  say(client, "two");
  await vi.waitFor(() => expect(sent.map(({ body }) => body)).toEqual(["two"]), LONG);
  say(client, "three");
  expect(sent.map(({ body }) => body)).toEqual(["two", "three"]);
});

it("speaks to the writer of what it answers, but not to oneself", async () => {
  const sent: Sent[] = [];
  const client = Object.assign(keeping(sent), { getUserId: () => "@alice:courtyard.test" });
  const { say } = await import("./deeds");
  const fact = { id: "$said", key: "$said", at: 1, type: "m.room.message", content: { body: "tea?" } };
  const rest = { isEdited: false, isRemoved: false, reactions: [], references: [] };
  for (const sender of ["@bob:courtyard.test", "@alice:courtyard.test"]) {
    say(
      client,
      TARGET,
      { kind: "reply", said: { ...fact, ...rest, sender } },
      "yes",
      [],
      (content) => content,
    );
  }
  const told = { body: "tea!", "m.mentions": { user_ids: ["@bob:courtyard.test"] } };
  const mine = { ...fact, ...rest, content: told, sender: "@alice:courtyard.test" };
  say(client, TARGET, { kind: "edit", said: mine }, "soup!", [], (content) => content);
  expect(sent.map((content) => content["m.mentions"])).toEqual([
    { user_ids: ["@bob:courtyard.test"] },
    {},
    {},
  ]);
  expect(sent[2]?.["m.new_content"]).toMatchObject({ "m.mentions": told["m.mentions"] });
});

it("answers in a thread what others know already", async () => {
  const sent: Sent[] = [];
  const { say } = await import("./deeds");
  const there = (id: string) => ({ getId: () => id, isRelation: () => true });
  const events = [there("$root answer"), there("~on its way")];
  type Matches = (event: (typeof events)[number]) => boolean;
  const thread = { lastReply: (matches: Matches) => events.findLast(matches) };
  const client = Object.assign(keeping(sent), { getRoom: () => ({ getThread: () => thread }) as never });
  say(client, { ...TARGET, threadId: "$root" }, null, "yes", [], (content) => content);
  expect(sent[0]?.["m.relates_to"]).toMatchObject({ "m.in_reply_to": { event_id: "$root answer" } });
});

it("takes back a sign that waits, and leaves one that is on its way", async () => {
  const { react } = await import("./deeds");
  const given: unknown[] = [];
  const sign = (id: string, status: string) => ({ getId: () => id, status });
  const pending = [sign("~waits", "not_sent"), sign("~goes", "sending")];
  const client = {
    getRoom: () => ({ getPendingEvents: () => pending }),
    cancelPendingEvent: (event: unknown) => given.push(event),
  } as unknown as MatrixClient;
  for (const mine of ["~waits", "~goes"]) {
    const said = { reactions: [{ key: "👍", senders: [], mine: [mine] }] };
    react(client, TARGET.roomId, said as never, "👍");
  }
  expect(given).toEqual([pending[0]]);
});

it("takes back a sign in each form in which it was put, and puts it in the form that stands there", async () => {
  const { react } = await import("./deeds");
  const gone: unknown[] = [];
  const sent: Sent[] = [];
  const redactEvent = async (_room: string, id: string) => gone.push(id);
  const client = { ...keeping(sent), redactEvent } as unknown as MatrixClient;
  const said = (mine: string[]) => ({ id: "$a", reactions: [{ key: "👍", senders: [], mine }] }) as never;
  react(client, TARGET.roomId, said(["$one", "$two"]), "👍\uFE0F");
  expect(gone).toEqual(["$one", "$two"]);
  expect(sent).toEqual([]);
  react(client, TARGET.roomId, said([]), "👍\uFE0F");
  react(client, TARGET.roomId, said([]), "🎉");
  expect(sent.map((content) => (content["m.relates_to"] as Sent)["key"])).toEqual(["👍", "🎉"]);
});
