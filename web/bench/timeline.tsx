/** The client's timeline behind its own feed, with a conversation of any length in it, and the means to measure both: `window.bench`. */
import "../src/shell/tokens.css";
import "../src/shell/base.css";
import "../src/widgets/widgets.css";
import "../src/features/chats/talk.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useMemo, useState, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import { useTranslation } from "react-i18next";
import { TimelineView } from "../src/features/chats/TimelineView";
import { type Talk, TalkContext } from "../src/features/chats/talk";
import { useRows } from "../src/features/chats/useRows";
import { saidOf } from "../src/model/said";
import { ClientContext } from "../src/shell/client";
import { allWords, startLanguage } from "../src/shell/i18n";
import { QuickWordsProvider, quickWords } from "../src/shell/quickWords";
import { Avatar } from "../src/widgets/Avatar";
import { ME, ROOM } from "./conversation";
import { type Step, talked } from "./room";
import { Clock, type Drawn, nextFrame, type Watched, watched } from "./watched";

/** Milliseconds of this page's thread. */
interface Took {
  /** What the feed did until it told of what came. */
  readonly folded: number;
  /** All of it, until it was painted. */
  readonly shown: number;
}

interface Bench {
  /** Let something come. */
  readonly come: (what: Coming) => Promise<Took>;
  readonly scroll: (frames: number, step: number) => Promise<{ frames: number[]; work: number[] }>;
}

type Coming = "open" | "one newer" | "a page older";

declare global {
  interface Window {
    bench: Bench;
  }
}

function Face({ userId, name }: { userId: string; name: string }) {
  return <Avatar small id={userId} name={name} />;
}

const COUNT = Number(new URLSearchParams(location.search).get("count") ?? 50_000);
const nothing = () => undefined;
const clock = new Clock();
let older: { from: number; drawn: Promise<Drawn> } | null = null;

/** What the SDK itself does with a page is not counted. */
function onOlder(step: Step): void {
  if (step === "sent") clock.stop();
  else if (step === "coming") older = { from: 0, drawn: nextFrame(clock) };
  else {
    older = older && { ...older, from: performance.now() };
    clock.start();
  }
}

/** Scroll a step in each frame. What a frame costs ends when the next task can run: layout and paint are in it. */
function scroll(frames: number, step: number): Promise<{ frames: number[]; work: number[] }> {
  const list = document.querySelector(".talk");
  if (list === null) throw new Error("no list");
  const gaps: number[] = [];
  const work: number[] = [];
  return new Promise((resolve) => {
    let before = performance.now();
    requestAnimationFrame(function frame(now) {
      gaps.push(now - before);
      before = now;
      const start = performance.now();
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => work.push(performance.now() - start);
      list.scrollTop += step;
      port2.postMessage(null);
      if (gaps.length <= frames) requestAnimationFrame(frame);
      else resolve({ frames: gaps.slice(1), work });
    });
  });
}

function Page({ first, say, open }: { first: Watched; say: () => Promise<void>; open: () => Watched }) {
  const [now, setNow] = useState(first);

  async function drawn(what: Coming): Promise<number> {
    if (what === "open") {
      const from = performance.now();
      const next = open();
      setNow(next);
      return (await next.opened).to - from;
    }
    if (what === "one newer") {
      const next = nextFrame(clock);
      await say();
      const { from, to } = await next;
      return to - from;
    }
    await now.feed.loadOlder();
    if (older === null) throw new Error("no page came");
    return (await older.drawn).to - older.from;
  }

  window.bench = {
    come: async (what) => {
      clock.take();
      const shown = await drawn(what);
      return { folded: clock.take(), shown };
    },
    scroll,
  };
  return <Talking key={now.id} watched={now} />;
}

/** As the client's `Conversation`, without what stands around its lines. */
function Talking({ watched: { feed, subscribe } }: { watched: Watched }) {
  const state = useSyncExternalStore(subscribe, feed.get);
  const { timeline } = state;
  const rows = useRows(timeline, { me: ME, readUpTo: null });
  const { t, i18n } = useTranslation();
  const words = useMemo(() => quickWords(t, i18n.language), [t, i18n.language]);
  const nameOf = (userId: string) => userId;
  const talk: Talk = {
    ...{
      me: ME,
      roomId: ROOM,
      mayDelete: () => false,
      inThread: false,
      isGroup: true,
      nameOf,
      calledOf: nameOf,
      Face,
      readersOf: () => 0,
      allReaders: () => [],
      lastRead: null,
    },
    ...{
      now: () => feed.get().timeline,
      said: (id) => saidOf(timeline, id, ME),
      react: nothing,
      act: nothing,
      open: nothing,
      view: nothing,
      jumpTo: nothing,
    },
  };
  return (
    <QuickWordsProvider value={words}>
      <TalkContext value={talk}>
        <main className="app">
          <TimelineView
            rows={rows}
            timeline={timeline}
            label="Messages"
            history={state}
            onOlder={nothing}
            goal={null}
            isOnTheWay={false}
            me={ME}
            onEnd={nothing}
          />
        </main>
      </TalkContext>
    </QuickWordsProvider>
  );
}

await startLanguage();
await allWords();
const { client, say } = await talked(COUNT, onOlder);
const open = () => watched(client, ROOM, clock);
createRoot(document.getElementById("root") as HTMLElement).render(
  <QueryClientProvider client={new QueryClient()}>
    <ClientContext value={client}>
      <Page first={open()} say={say} open={open} />
    </ClientContext>
  </QueryClientProvider>,
);
