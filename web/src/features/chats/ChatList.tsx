import { MoreHorizontal } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useRoute } from "wouter";
import type { Chat } from "../../model/chatList";
import { useQuickWords } from "../../shell/quickWords";
import { CallSign } from "../calls/group/CallSign";
import { ChatPicture } from "../groups/ChatPicture";
import { OfficialMark } from "../standing/OfficialMark";
import { Lines, whenId } from "./Lines";
import { useLongPress } from "./useLongPress";

/** How many rows each key goes on by. */
const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 8,
  PageUp: -8,
  End: Number.POSITIVE_INFINITY,
  Home: Number.NEGATIVE_INFINITY,
};
/** As high as most rows are, in pixels; and as many as a screen holds, to be there at once. */
const ROW_PX = 73;
const AT_ONCE = 12;
/** So many are given to a row to be there. */
const FRAMES_MAX = 60;
/** What stands above the list inside of what scrolls. */
const ABOVE_PX = 54;

interface ChatListProps {
  chats: readonly Chat[];
  /** What scrolls. */
  scroller: RefObject<HTMLElement | null>;
  onOpen: (chat: Chat) => void;
  onMenu: (chat: Chat) => void;
}

/** The chats, each in a row. One stop for Tab: arrows go from row to row, and sideways to a row's button. Only what is in sight is there. */
export function ChatList({ chats, scroller, onOpen, onMenu }: ChatListProps) {
  const { t } = useTranslation();
  const list = useRef<VirtualizerHandle>(null);
  const wants = useRef(false);
  const [, open] = useRoute("/chats/:roomId/*?");
  const [activeId, setActiveId] = useState<string | null>(null);
  const active = Math.max(
    0,
    chats.findIndex(({ roomId }) => roomId === activeId),
  );

  useEffect(() => {
    // The first rows are there at once, without being measured; how many more there is room for is seen when something scrolls.
    const frame = requestAnimationFrame(() => scroller.current?.dispatchEvent(new Event("scroll")));
    return () => cancelAnimationFrame(frame);
  }, [scroller]);

  useEffect(() => {
    if (activeId === null) return;
    let frame = 0;
    // A row that comes into sight is hidden, and takes no focus, until it has been measured.
    function take(left: number): void {
      const row = wants.current ? document.getElementById(rowId(activeId ?? "")) : null;
      row?.focus({ preventScroll: true });
      if (row === document.activeElement || left === 0) wants.current = false;
      else if (wants.current) frame = requestAnimationFrame(() => take(left - 1));
    }
    take(FRAMES_MAX);
    return () => cancelAnimationFrame(frame);
  }, [activeId]);

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const row = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[role=row]") : null;
    const step = STEPS[event.key];
    if (row === null || event.altKey || event.ctrlKey || event.metaKey) return;
    if (step !== undefined) {
      const index = Math.min(Math.max(active + step, 0), chats.length - 1);
      wants.current = true;
      setActiveId(chats[index]?.roomId ?? null);
      list.current?.scrollToIndex(index, { align: "nearest" });
    } else if (event.key === "ArrowRight") row.querySelector("button")?.focus();
    else if (event.key === "ArrowLeft") row.focus();
    else return;
    event.preventDefault();
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a grid of rows that can be pressed, which a <table> is not
    <div
      className="chats"
      role="grid"
      tabIndex={-1}
      aria-label={t("chats.title")}
      aria-rowcount={chats.length}
      onKeyDown={onKeyDown}
    >
      <Virtualizer
        ref={list}
        data={chats}
        scrollRef={scroller}
        startMargin={ABOVE_PX}
        itemSize={ROW_PX}
        ssrCount={AT_ONCE}
        keepMounted={[active]}
      >
        {(chat, index) => (
          <ChatRow
            key={chat.roomId}
            chat={chat}
            place={index + 1}
            isActive={index === active}
            isOpen={chat.roomId === open?.roomId}
            onFocus={() => setActiveId(chat.roomId)}
            onOpen={onOpen}
            onMenu={onMenu}
          />
        )}
      </Virtualizer>
    </div>
  );
}

interface ChatRowProps extends Pick<ChatListProps, "onOpen" | "onMenu"> {
  chat: Chat;
  /** Counted from 1. */
  place: number;
  /** The one that Tab comes to. */
  isActive: boolean;
  /** It is what stands beside the list. */
  isOpen: boolean;
  onFocus: () => void;
}

function ChatRow({ chat, place, isActive, isOpen, onFocus, onOpen, onMenu }: ChatRowProps) {
  const { t } = useQuickWords();
  const press = useLongPress(() => onMenu(chat));
  const linesId = useId();

  function onKeyDown(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    onOpen(chat);
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: see the grid
    <div
      role="row"
      id={rowId(chat.roomId)}
      className={["chat", chat.pinned && "pinned", isOpen && "is-open"].filter(Boolean).join(" ")}
      aria-current={isOpen ? "page" : undefined}
      tabIndex={isActive ? 0 : -1}
      aria-label={chat.name}
      aria-describedby={`${linesId} ${whenId(linesId)}`}
      aria-rowindex={place}
      onClick={() => onOpen(chat)}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      {...press}
    >
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: see the grid; the row has the focus */}
      <div className="hold" role="gridcell">
        {chat.isOfficial ? <OfficialMark /> : <ChatPicture roomId={chat.roomId} name={chat.name} />}
        <Lines chat={chat} id={linesId} sign={<CallSign roomId={chat.roomId} />} />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: see the grid; its button has the focus */}
      <div className="row-menu" role="gridcell">
        <button
          type="button"
          className="icon-button"
          tabIndex={-1}
          aria-label={t("chatmenu.label", { name: chat.name })}
          onClick={(event) => {
            event.stopPropagation();
            onMenu(chat);
          }}
        >
          <MoreHorizontal size={22} aria-hidden />
        </button>
      </div>
    </div>
  );
}

function rowId(roomId: string): string {
  return `chat-${roomId}`;
}
