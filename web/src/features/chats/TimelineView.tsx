import { ArrowDown } from "lucide-react";
import {
  type KeyboardEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import type { Row } from "../../model/rows";
import type { Timeline } from "../../model/timeline";
import { History } from "./History";
import { RowView, rowId } from "./RowView";
import { type Anchor, useAnchor } from "./useAnchor";

/** Older messages are fetched before the reader gets to the first one. */
const AHEAD_PX = 1_200;
/** This near to the end is at the end. */
const END_PX = 80;
/** So many are given to a line to be there. */
const FRAMES_MAX = 60;

interface TimelineViewProps {
  rows: readonly Row[];
  timeline: Timeline;
  label: string;
  history: { isWhole: boolean; isLoading: boolean; hasFailed: boolean };
  onOlder: () => void;
  /** A message to go to: again, whenever `at` changes. */
  goal: { id: string; at: number } | null;
  /** The reader comes for one message, which is not there yet: nothing else that is in sight meanwhile has been read. */
  isOnTheWay: boolean;
  me: string;
  /** The reader has the newest message in sight, or has it no more. */
  onEnd: (isAtEnd: boolean) => void;
}

/** A conversation's lines; only those in sight are there. One stop for Tab, arrows go from message to message. */
export function TimelineView(props: TimelineViewProps) {
  const { rows, timeline, label, history, onOlder, goal, isOnTheWay, me, onEnd } = props;
  const { t } = useTranslation();
  const list = useRef<VirtualizerHandle>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const hasNew = rows.some(({ kind }) => kind === "unread");
  /** Null: whoever begins at what is new sees the end only if there is little of it. */
  const [isAtEnd, setAtEnd] = useState(hasNew ? null : true);
  const wasAtEnd = useRef(!hasNew);
  const { begin, hold, letGo, isHeld, hasMoved } = useAnchor(rows, list, measure);
  const shift = useIsPrepended(rows);
  const { active, onKeyDown, onSettled } = useArrows(rows, list);
  const keptMounted = useMemo(() => (active === -1 ? [] : [active]), [active]);

  const toEnd = useCallback(() => list.current?.scrollToIndex(rows.length - 1, { align: "end" }), [rows]);

  function measure(): void {
    const handle = list.current;
    if (handle === null) return;
    const isThere = handle.scrollSize - handle.viewportSize - handle.scrollOffset < END_PX;
    wasAtEnd.current = isThere && !isHeld();
    setAtEnd(isThere);
  }

  function goTo(anchor: Anchor): void {
    wasAtEnd.current = false;
    // Whether the end is in sight there is known once the lines are measured.
    setAtEnd(null);
    begin(anchor);
  }

  function onScroll(offset: number): void {
    measure();
    if (offset < AHEAD_PX) onOlder();
  }

  function goToEnd(): void {
    letGo();
    toEnd();
  }

  // What is new is followed by whoever was at the end, and by whoever wrote it.
  const newest = rows.at(-1);
  const newestKey = newest?.key;
  const isMine = newest?.kind === "said" && timeline.facts.get(newest.id)?.sender === me;
  const seen = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (seen.current === newestKey) return;
    const isFirst = seen.current === undefined;
    seen.current = newestKey;
    if (isMine && !isFirst) letGo();
    if (wasAtEnd.current || isMine) toEnd();
  }, [newestKey, isMine, toEnd]);

  // Where what is new begins may be known at once, or only after a while. Who came for a message, or has moved on, stays there.
  useLayoutEffect(() => {
    if (!hasNew || goal !== null || hasMoved()) return;
    goTo({ isIt: ({ kind }) => kind === "unread", align: "start", offset: -60 });
  }, [hasNew]);

  // Older lines have come, or what one came for has.
  useLayoutEffect(() => void hold(), [rows]);

  // A short page of history leaves room above it.
  useEffect(() => {
    if (rows.length > 0 && (list.current?.scrollOffset ?? 0) < AHEAD_PX) onOlder();
  }, [rows, onOlder]);

  useShown(rows, goal, goTo, measure);

  useEffect(() => onEnd(isAtEnd === true && !isOnTheWay), [isAtEnd, isOnTheWay, onEnd]);

  return (
    <div className="timeline">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it is a feed, or a region when there is no article in it yet */}
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both have a name */}
      <div
        className="talk"
        ref={scroller}
        role={rows.some(({ kind }) => kind === "said") ? "feed" : "region"}
        aria-label={label}
        aria-busy={history.isLoading}
        onKeyDown={(event) => {
          letGo();
          onKeyDown(event);
        }}
        onWheel={letGo}
        onTouchMove={letGo}
        onPointerDown={letGo}
      >
        <div className="above" />
        <History {...history} onOlder={onOlder} />
        <Virtualizer
          ref={list}
          scrollRef={scroller}
          data={rows}
          shift={shift}
          keepMounted={keptMounted}
          startMargin={history.isWhole ? 0 : 44}
          onScroll={onScroll}
          onScrollEnd={onSettled}
          onResize={() => {
            if (!hold() && wasAtEnd.current) toEnd();
            else measure();
          }}
        >
          {(row, index) => (
            <RowView
              key={row.key}
              row={row}
              timeline={timeline}
              isActive={index === active}
              place={index + 1}
            />
          )}
        </Virtualizer>
      </div>
      {isAtEnd === false && (
        <Button className="to-newest" aria-label={t("talk.to_newest")} onPress={goToEnd}>
          <ArrowDown size={22} aria-hidden />
        </Button>
      )}
    </div>
  );
}

/** Say whether rows were put before those of the last render: then the list keeps its place from the end. */
function useIsPrepended(rows: readonly Row[]): boolean {
  const before = useRef(rows);
  const isPrepended =
    before.current !== rows &&
    rows.length > before.current.length &&
    before.current.length > 0 &&
    rows[0]?.key !== before.current[0]?.key;
  useEffect(() => {
    before.current = rows;
  }, [rows]);
  return isPrepended;
}

/** Arrows move from message to message; the one that Tab comes to is in sight. */
function useArrows(rows: readonly Row[], list: React.RefObject<VirtualizerHandle | null>) {
  const [key, setKey] = useState<string | null>(null);
  const wants = useRef(false);
  const active = useMemo(() => {
    const index = key === null ? -1 : rows.findLastIndex((row) => row.key === key);
    return index === -1 ? rows.findLastIndex((row) => row.kind === "said") : index;
  }, [rows, key]);

  useEffect(() => {
    const row = rows[active];
    if (!wants.current || row === undefined) return;
    wants.current = false;
    document.getElementById(rowId(row.key))?.focus({ preventScroll: true });
  });

  function move(step: 1 | -1): void {
    let index = active + step;
    while (rows[index] !== undefined && rows[index]?.kind !== "said") index += step;
    const row = rows[index];
    if (row === undefined) return;
    wants.current = true;
    setKey(row.key);
    list.current?.scrollToIndex(index, { align: "nearest" });
  }

  function onKeyDown(event: KeyboardEvent): void {
    const isOnMessage = event.target instanceof HTMLElement && event.target.role === "article";
    if (!isOnMessage || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    move(event.key === "ArrowUp" ? -1 : 1);
  }

  function onSettled(): void {
    const handle = list.current;
    if (handle === null || document.activeElement?.role === "article") return;
    const lowest = handle.findItemIndex(handle.scrollOffset + handle.viewportSize - END_PX);
    const row = rows.slice(0, lowest + 1).findLast(({ kind }) => kind === "said");
    if (row !== undefined) setKey(row.key);
  }

  return { active, onKeyDown, onSettled };
}

/** Go to a message, and show which one it is. */
function useShown(
  rows: readonly Row[],
  goal: TimelineViewProps["goal"],
  goTo: (anchor: Anchor) => void,
  measure: () => void,
): void {
  useEffect(() => {
    const row = goal === null ? undefined : rows.find((one) => "id" in one && one.id === goal.id);
    if (row === undefined) return;
    goTo({ isIt: ({ key }) => key === row.key, align: "center", offset: 0 });
    let frame = 0;
    function show(left: number): void {
      // It may have been in sight already, without a scroll.
      measure();
      if (!flash(rowId(row?.key ?? "")) && left > 0) frame = requestAnimationFrame(() => show(left - 1));
    }
    const timer = window.setTimeout(() => show(FRAMES_MAX), 60);
    return () => {
      window.clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
    // Only a new goal moves the reader: not what is said meanwhile.
  }, [goal]);
}

/** Show which one it is, and give it the focus; false: it does not stand there yet, or takes no focus. */
function flash(id: string): boolean {
  const element = document.getElementById(id);
  if (element === null) return false;
  // A line that comes into sight is hidden, and takes no focus, until it has been measured.
  element.focus({ preventScroll: true });
  if (document.activeElement !== element) return false;
  element.classList.add("flash");
  element.addEventListener("animationend", () => element.classList.remove("flash"), { once: true });
  return true;
}
