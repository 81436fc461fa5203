/** The timeline of the client with a conversation of any length in it, and the means to measure it: `window.bench`. */
import "../src/shell/tokens.css";
import "../src/shell/base.css";
import "../src/widgets/widgets.css";
import "../src/features/chats/talk.css";
import { useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { useTranslation } from "react-i18next";
import { TimelineView } from "../src/features/chats/TimelineView";
import { type Talk, TalkContext } from "../src/features/chats/talk";
import { rowsOf } from "../src/model/rows";
import { saidOf } from "../src/model/said";
import { applySync, initial, type Timeline } from "../src/model/timeline";
import { allWords, startLanguage } from "../src/shell/i18n";
import { QuickWordsProvider, quickWords } from "../src/shell/quickWords";
import { Avatar } from "../src/widgets/Avatar";
import { conversation, ME } from "./conversation";

interface Bench {
  /** Milliseconds of what is done once, or with each answer of the server. */
  readonly once: Record<string, number>;
  addNewer: () => void;
  addOlder: () => void;
  scroll: (frames: number, step: number) => Promise<{ frames: number[]; work: number[] }>;
}

declare global {
  interface Window {
    bench: Bench;
  }
}

function Face({ userId, name }: { userId: string; name: string }) {
  return <Avatar small id={userId} name={name} />;
}

const COUNT = Number(new URLSearchParams(location.search).get("count") ?? 50_000);
const OLDER = 60;
const nothing = () => undefined;

function timed<T>(once: Record<string, number>, name: string, run: () => T): T {
  const start = performance.now();
  const value = run();
  once[name] = performance.now() - start;
  return value;
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

function Page({ first, once }: { first: Timeline; once: Record<string, number> }) {
  const [timeline, setTimeline] = useState(first);
  const rows = useMemo(
    () => timed(once, "rows", () => rowsOf(timeline, { me: ME, readUpTo: null })),
    [timeline, once],
  );
  const { t, i18n } = useTranslation();
  const words = useMemo(() => quickWords(t, i18n.language), [t, i18n.language]);
  const nameOf = (userId: string) => userId;
  const talk: Talk = {
    ...{
      me: ME,
      roomId: "!bench",
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
      now: () => timeline,
      said: (id) => saidOf(timeline, id, ME),
      react: nothing,
      act: nothing,
      open: nothing,
      view: nothing,
      jumpTo: nothing,
    },
  };
  window.bench = {
    once,
    scroll,
    addNewer: () => {
      const more = conversation(1, COUNT + timeline.order.length);
      setTimeline(timed(once, "fold one", () => applySync(timeline, { newer: more })));
    },
    addOlder: () => {
      const more = conversation(OLDER, -timeline.order.length);
      setTimeline(timed(once, "fold sixty older", () => applySync(timeline, { older: more })));
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
            history={{ isWhole: true, isLoading: false, hasFailed: false }}
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
const once: Record<string, number> = {};
const facts = conversation(COUNT);
const first = timed(once, "fold all", () => initial(facts));
createRoot(document.getElementById("root") as HTMLElement).render(<Page first={first} once={once} />);
