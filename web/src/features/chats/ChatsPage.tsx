import "./chats.css";
import "./talk.css";
import "./search.css";
import { ScanLine, Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components/Button";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import type { Chat } from "../../model/chatList";
import { useClient } from "../../shell/client";
import { Main } from "../../widgets/Main";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { partnerIn } from "../contacts/people";
import { NewMenu } from "../groups/NewMenu";
import { ChatList } from "./ChatList";
import { ChatMenu } from "./ChatMenu";
import { keepChats } from "./keptChats";
import { NewChat } from "./NewChat";
import { useChats } from "./useChats";
import { useConnection } from "./useConnection";

/** The shortcut of the installed app leads here, also when the page is open already. */
const isNewWanted = () => location.hash === "#new";

/** Every conversation, the newest first. */
export function ChatsPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [isStarting, setStarting] = useState(isNewWanted);
  const [menu, setMenu] = useState<Chat | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const isOnline = useConnection();
  const client = useClient();
  const chats = useChats();
  useEffect(() => keepChats(chats, (roomId) => partnerIn(client, roomId) ?? roomId), [chats, client]);
  // The finger that opened the menu is lifted afterwards: that is no press on the chat.
  const isHeld = useRef(false);

  useEffect(() => {
    const look = () => isNewWanted() && setStarting(true);
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, []);

  function openMenu(chat: Chat): void {
    isHeld.current = true;
    setMenu(chat);
  }

  return (
    <>
      <TopBar title={t("chats.title")}>
        <Button className="icon-button" aria-label={t("contacts.scan")} onPress={() => go("/contacts/scan")}>
          <ScanLine size={23} aria-hidden />
        </Button>
        <NewMenu onChat={() => setStarting(true)} />
      </TopBar>
      {!isOnline && (
        <p className="banner" role="status">
          {t("talk.offline_list")}
        </p>
      )}
      <Main className="scroll" ref={scroller}>
        {chats.length > 0 && (
          <Link href="/chats/search" className="search-entry">
            <Search size={20} aria-hidden />
            {t("search.title")}
          </Link>
        )}
        {chats.length === 0 ? (
          <Result
            kind="plain"
            title={t("chats.empty")}
            text={t("chats.empty_hint")}
            action={t("chats.new")}
            onAction={() => setStarting(true)}
          />
        ) : (
          <ChatList
            chats={chats}
            scroller={scroller}
            onOpen={({ roomId }) => {
              if (!isHeld.current) go(`/chats/${encodeURIComponent(roomId)}`);
              isHeld.current = false;
            }}
            onMenu={openMenu}
          />
        )}
      </Main>
      <ChatMenu
        chat={menu}
        onClose={() => {
          isHeld.current = false;
          setMenu(null);
        }}
      />
      <NewChat
        isOpen={isStarting}
        onClose={() => {
          setStarting(false);
          if (location.hash !== "") history.replaceState(null, "", location.pathname);
        }}
      />
    </>
  );
}
