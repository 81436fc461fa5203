import "../features/chats/chats.css";
import { Search, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { keptChats } from "../features/chats/keptChats";
import { Lines } from "../features/chats/Lines";
import { unreadOf } from "../model/chatList";
import type { KeptChat } from "../model/keptChats";
import { Avatar } from "../widgets/Avatar";
import { Main } from "../widgets/Main";
import { TabBar } from "../widgets/TabBar";
import { TopBar } from "../widgets/TopBar";
import { Waiting } from "../widgets/Waiting";
import { Frame, Nothing } from "./Frame";
import { FullPage } from "./FullPage";
import { useTabs } from "./places";
import { useIsWide } from "./wide";

interface BeforeProps {
  text: string;
  /** It does not go on by itself in a moment: the text is said over the chats too. */
  isStuck: boolean;
}

/** What stands there while the client starts: the chats as they were last seen. Whoever opens one waits in it. */
export function Before({ text, isStuck }: BeforeProps) {
  const { t } = useTranslation();
  const [path] = useLocation();
  const at = path === "/" ? "/chats" : path;
  const [chats] = useState(keptChats);
  const isWide = useIsWide();
  if (chats.length === 0 || !at.startsWith("/chats")) {
    return (
      <FullPage>
        <Waiting text={text} />
      </FullPage>
    );
  }
  const open = chats.find(({ roomId }) => at === placeOf(roomId));
  const opening = (
    <>
      <TopBar title={open?.name ?? t("chats.title")} back="/chats" />
      <main className="scroll">
        <Waiting text={text} />
      </main>
    </>
  );
  const list = <List chats={chats} at={at} stuck={isStuck ? text : null} />;
  return (
    <Frame side={isWide ? list : null} place="/chats">
      {at !== "/chats" ? opening : isWide ? <Nothing place="/chats" /> : list}
    </Frame>
  );
}

interface ListProps {
  chats: readonly KeptChat[];
  at: string;
  stuck: string | null;
}

/** The chats as they were last seen, between the bars that they will stand between. */
function List({ chats, at, stuck }: ListProps) {
  const { t } = useTranslation();
  const tabs = useTabs(unreadOf(chats));
  return (
    <>
      <TopBar title={t("chats.title")}>
        {/* Where the button for a new chat will stand: nothing moves when it comes. */}
        <span className="icon-button" aria-hidden="true" />
      </TopBar>
      <Main className="scroll">
        {stuck !== null && (
          <p className="stuck muted" role="status">
            {stuck}
          </p>
        )}
        <div className="search-entry" aria-hidden="true">
          <Search size={20} />
        </div>
        <ul className="chats before" aria-label={t("chats.title")} aria-busy="true">
          {chats.map((chat) => (
            <li key={chat.roomId} className={chat.pinned ? "chat pinned" : "chat"}>
              <Link href={placeOf(chat.roomId)} className="hold">
                <Face chat={chat} />
                <Lines chat={chat} />
              </Link>
            </li>
          ))}
        </ul>
      </Main>
      <TabBar tabs={tabs} at={at} />
    </>
  );
}

function Face({ chat }: { chat: KeptChat }) {
  if (!chat.isOfficial) return <Avatar id={chat.face} name={chat.name} />;
  return (
    <span className="avatar official">
      <ShieldCheck size={28} aria-hidden />
    </span>
  );
}

function placeOf(roomId: string): string {
  return `/chats/${encodeURIComponent(roomId)}`;
}
