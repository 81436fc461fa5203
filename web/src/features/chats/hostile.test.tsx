// @vitest-environment jsdom
/** Nothing that anybody can write keeps a chat, or all of them, from being shown. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, waitFor } from "@testing-library/react";
import fc from "fast-check";
import { createClient, type MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { callLine } from "../../model/call";
import { contentOf, forwarded } from "../../model/compose";
import { lineIn } from "../../model/formatted";
import { rowsOfGallery } from "../../model/gallery";
import { declinedBy, ringOf } from "../../model/groupRing";
import { anything, DEPTH, everywhere, honest, type Written, written } from "../../model/hostile.fixture";
import { placeIn } from "../../model/location";
import { wordsIn } from "../../model/media";
import { namedIn } from "../../model/mentions";
import { newsIn } from "../../model/news";
import { pollOf } from "../../model/poll";
import { previewsOf, withPreviews } from "../../model/preview";
import { rowsOf } from "../../model/rowsOf";
import { type Said, saidOf } from "../../model/said";
import { sizeOf, stickerSent, stickersIn } from "../../model/stickers";
import { initial, type Timeline } from "../../model/timeline";
import { nextVoice, soundOf } from "../../model/voice";
import { ClientContext } from "../../shell/client";
import { allWords, startLanguage } from "../../shell/i18n";
import { attachmentOf, previewOf } from "../media/attachment";
import { saidIn } from "../report/disclosing";
import { noticeOf } from "../standing/notices";
import { bodyOf } from "./bodies/registry";
import { factOf, wordsNow } from "./facts";
import { lineOf } from "./lines";
import { ACTIONS } from "./messageActions";
import { standing } from "./poll/standing";
import { RowView } from "./RowView";
import { sentenceOf } from "./rooms";
import { type Talk, TalkContext } from "./talk";

const ME = "@ann:here.test";
const ROOM = "!room:here.test";
const t = ((key: string) => {
  expect(key).toBeTypeOf("string");
  return key;
}) as never;

interface Sent extends Written {
  /** What stands outside of what is encrypted; of what is not encrypted, nothing does. */
  readonly outside: unknown;
  readonly isSealed: boolean;
  readonly at: number;
}

const STATE = /^m\.room\.(?:member|name|history_visibility)$/;

/** Return an event as this device has it; of what is encrypted, the content may be anything, and no server looks at it. */
async function eventOf(id: string, { type, content, outside, isSealed, at }: Sent): Promise<MatrixEvent> {
  const isOpen = !isSealed && typeof content === "object" && content !== null && !Array.isArray(content);
  const wire = { algorithm: "m.megolm.v1.aes-sha2", session_id: "key", "m.relates_to": outside };
  const event = new MatrixEvent({
    ...{ event_id: id, room_id: ROOM, sender: "@bo:here.test", origin_server_ts: at },
    ...(isOpen && STATE.test(type) && { state_key: ME, unsigned: { prev_content: outside as object } }),
    ...(isOpen ? { type, content: content as object } : { type: "m.room.encrypted", content: wire }),
  });
  const crypto = { decryptEvent: async () => ({ clearEvent: { type, content } }) };
  if (!isOpen) await event.attemptDecryption(crypto as never);
  return event;
}

/** A message, and what others say about it. */
const chat = fc.array(
  fc.record({
    said: written,
    outside: fc.oneof(
      anything,
      fc.constantFrom(undefined, { "m.in_reply_to": { event_id: "$main" } }),
      fc.record({
        rel_type: fc.constantFrom("m.replace", "m.reference", "m.annotation", "m.thread"),
        event_id: fc.constantFrom("$main", "$1", 5, null, {}),
      }),
    ),
    isSealed: fc.boolean(),
    at: fc.constantFrom(1, 2, 3, -1, 2 ** 53 - 1),
  }),
  { minLength: 1, maxLength: 4 },
);

type Chat = typeof chat extends fc.Arbitrary<infer T> ? T : never;

const eventsOf = (all: Chat) =>
  Promise.all(
    all.map(({ said, ...more }, index) => eventOf(index === 0 ? "$main" : `$${index}`, { ...said, ...more })),
  );

const timelineOf = (events: readonly MatrixEvent[]) => initial(events.map((event) => factOf(event, true)));

/** Ask everything that anything asks of a message. */
function look(said: Said, timeline: Timeline): void {
  const { content, type } = said;
  expect(lineOf(said, t)).toBeTypeOf("string");
  expect(lineIn(content)).toBeTypeOf("string");
  expect(wordsIn(type, content)).toBeTypeOf("string");
  expect(bodyOf(said)).toBeTypeOf("function");
  for (const { applies } of ACTIONS) {
    for (const mine of [true, false])
      applies(said, { mine, inThread: false, isGroup: true, mayDelete: true });
  }
  const file = attachmentOf(said);
  if (file !== null) previewOf(file);
  const sticker = stickerSent(content);
  if (sticker !== null) sizeOf(sticker, 150);
  const poll = pollOf(type, content);
  if (poll !== null) standing(said, poll, () => true);
  callLine(said, said.references, ME, 9);
  nextVoice(timeline, said.id);
  previewsOf(content);
  withPreviews(content, []);
  namedIn("@Ann", content["m.mentions"], [{ userId: ME, name: "Ann" }]);
  forwarded(content);
  contentOf({
    text: "a",
    mentioned: [],
    edits: said.id,
    told: content["m.mentions"],
    of: content,
  });
  for (const read of [placeIn, soundOf, stickersIn, declinedBy]) read(content);
  expect(saidIn({ type: content["body"], content })).toBeTypeOf("string");
  ringOf({ me: ME, sender: said.sender, content, at: 1, ageMs: 1 });
  expect(new Date(said.at).toISOString()).toBeTypeOf("string");
}

function lookAtAll(events: readonly MatrixEvent[]): void {
  const timeline = timelineOf(events);
  rowsOf(timeline, { me: ME, readUpTo: "$main" });
  newsIn(timeline, "$main", ME);
  const all = timeline.order.flatMap((id) => saidOf(timeline, id, ME) ?? []);
  rowsOfGallery(all, 3);
  for (const said of all) look(said, timeline);
  for (const event of events) {
    wordsNow(event);
    noticeOf(event);
    expect(sentenceOf(event, t)).toBeTypeOf("string");
  }
  // The SDK takes any edit for one.
  const [main, ...others] = events;
  for (const other of others) {
    main?.makeReplaced(other);
    for (const event of events) expect(sentenceOf(event, t)).toBeTypeOf("string");
  }
}

/** All of them take some seconds, and longer where much else goes on. */
const LONG_MS = 60_000;

/** What breaks most of what does not look first. */
const WORST: readonly unknown[] = [
  ...[null, true, 5, "constructor", "__proto__", [], {}, [null], { toString: 1, valueOf: 1 }],
  Object.fromEntries([["__proto__", 1]]),
];
const sealed = (said: Written, outside?: unknown) => ({ said, outside, isSealed: true, at: 1 });
const asTold = (said: Written) => ({ ...sealed(said), isSealed: false });

describe("what anybody may have written", () => {
  it.each(WORST.map((worst) => [worst]))(
    "is understood without a fault with %j in any place",
    async (worst) => {
      for (const said of everywhere(worst, DEPTH)) {
        lookAtAll(await eventsOf([sealed(said, worst)]));
        lookAtAll(await eventsOf([asTold(said)]));
      }
    },
    LONG_MS,
  );

  it(
    "is understood without a fault, whatever it is",
    async () => {
      await fc.assert(
        fc.asyncProperty(chat, async (all) => lookAtAll(await eventsOf(all))),
        { numRuns: 400 },
      );
    },
    LONG_MS,
  );
});

describe("a chat in which anybody may write", () => {
  let client: MatrixClient;

  beforeAll(async () => {
    await startLanguage();
    await allWords("en");
  });
  beforeEach(() => {
    client = createClient({ baseUrl: "http://127.0.0.1", userId: ME });
    vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
    vi.stubGlobal("matchMedia", () => ({ matches: false }));
    vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  });
  afterEach(() => {
    cleanup();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  function show(timeline: Timeline): HTMLElement {
    cleanup();
    const talk = {
      ...{ me: ME, roomId: ROOM, inThread: false, isGroup: true, lastRead: "$main", Face: () => null },
      ...{ nameOf: (id: string) => id, calledOf: (id: string) => id, mayDelete: () => true },
      ...{ said: (id: string) => saidOf(timeline, id, ME), now: () => timeline },
      ...{ readersOf: () => 1, allReaders: () => [{ userId: "@bo:here.test", at: 1 }] },
    } as unknown as Talk;
    const { container } = render(
      <ClientContext value={client}>
        <QueryClientProvider client={new QueryClient()}>
          <TalkContext value={talk}>
            {rowsOf(timeline, { me: ME, readUpTo: null }).map((row, place) => (
              <RowView key={row.key} row={row} timeline={timeline} isActive={false} place={place} />
            ))}
          </TalkContext>
        </QueryClientProvider>
      </ClientContext>,
    );
    return container;
  }

  it(
    "shows the honest ones in their own ways",
    async () => {
      const shown = show(timelineOf(await eventsOf(honest.map(asTold))));
      // What reads formatted words is fetched with the first of them; from here on it is there.
      await waitFor(() => expect(shown.querySelector("ol[start='3']")).not.toBeNull(), { timeout: 10_000 });
      for (const look of [
        ".poll",
        ".location",
        ".pane",
        ".file-line",
        ".wave",
        "[class^=sticker]",
        ".call-line",
      ]) {
        expect(shown.querySelector(look), look).not.toBeNull();
      }
      for (const look of [".payment", ".link-card", ".quote", ".reaction", ".mention", ".notice-line"]) {
        expect(shown.querySelector(look), look).not.toBeNull();
      }
    },
    LONG_MS,
  );

  it.each([[{ toString: 1 }], ["constructor"], ["__proto__"]])(
    "is shown with %j in any field",
    async (worst) => {
      show(timelineOf(await eventsOf(everywhere(worst, 1).map(asTold))));
    },
    LONG_MS,
  );

  it(
    "is shown, whatever is in it",
    async () => {
      const complained = vi.spyOn(console, "error");
      await fc.assert(
        fc.asyncProperty(chat, async (all) => {
          show(timelineOf(await eventsOf(all)));
          expect(complained).not.toHaveBeenCalled();
        }),
        { numRuns: 60 },
      );
    },
    LONG_MS,
  );
});
