import "./chats.css";
import { BellOff, Pin } from "lucide-react";
import { useState } from "react";
import { GridList, GridListItem } from "react-aria-components/GridList";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { type Chat, shortTime } from "../../model/chatList";
import { Result } from "../../widgets/Result";
import { TopBar } from "../../widgets/TopBar";
import { ChatPicture } from "../groups/ChatPicture";
import { NewMenu } from "../groups/NewMenu";
import { NewChat } from "./NewChat";
import { useChats } from "./useChats";

/** Every conversation, the newest first. */
export function ChatsPage() {
  const { t } = useTranslation();
  const [, go] = useLocation();
  const [isStarting, setStarting] = useState(false);
  const chats = useChats();
  return (
    <>
      <TopBar title={t("chats.title")}>
        <NewMenu onChat={() => setStarting(true)} />
      </TopBar>
      <main className="scroll">
        {chats.length === 0 ? (
          <Result
            kind="plain"
            title={t("chats.empty")}
            text={t("chats.empty_hint")}
            action={t("chats.new")}
            onAction={() => setStarting(true)}
          />
        ) : (
          <GridList
            className="chats"
            aria-label={t("chats.title")}
            items={chats.map((chat) => ({ id: chat.roomId, chat }))}
            onAction={(key) => go(`/chats/${encodeURIComponent(String(key))}`)}
          >
            {({ chat }) => <ChatRow chat={chat} />}
          </GridList>
        )}
      </main>
      <NewChat isOpen={isStarting} onClose={() => setStarting(false)} />
    </>
  );
}

function ChatRow({ chat }: { chat: Chat }) {
  const { t, i18n } = useTranslation();
  return (
    <GridListItem id={chat.roomId} textValue={chat.name} className={chat.pinned ? "chat pinned" : "chat"}>
      <ChatPicture roomId={chat.roomId} name={chat.name} />
      <span className="row">
        <span className="first">
          <span className="name clip">{chat.name}</span>
          {chat.at > 0 && <time>{shortTime(chat.at, Date.now(), i18n.language)}</time>}
        </span>
        <span className="second">
          <span className="said clip">
            {chat.draft !== null ? (
              <>
                <em>{t("chats.draft")}</em> {chat.draft}
              </>
            ) : (
              chat.preview
            )}
          </span>
          {chat.muted && <BellOff size={14} role="img" aria-label={t("chats.muted")} />}
          {chat.pinned && chat.unread === 0 && <Pin size={14} role="img" aria-label={t("chats.pinned")} />}
          {chat.unread > 0 && (
            <span className={chat.muted ? "count quiet" : "count"}>
              <span aria-hidden="true">{chat.unread}</span>
              <span className="sr-only">{t("chats.unread", { count: chat.unread })}</span>
            </span>
          )}
        </span>
      </span>
    </GridListItem>
  );
}
