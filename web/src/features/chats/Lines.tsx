import { BadgeCheck, BellOff, Pin } from "lucide-react";
import type { ReactNode } from "react";
import { type Chat, shortTime } from "../../model/chatList";
import { useQuickWords } from "../../shell/quickWords";

/** The id of the time in the first line; `id` is that of the second line. What describes a chat beside its name. */
export const whenId = (id: string) => `${id}-when`;

interface LinesProps {
  chat: Chat;
  id?: string;
  /** What goes on in it now. */
  sign?: ReactNode;
}

/** Two lines: what the chat is called and when something was said; what was said, and how it is marked. */
export function Lines({ chat, id, sign }: LinesProps) {
  const { t, locale } = useQuickWords();
  return (
    <span className="row">
      <span className="first">
        <span className="name clip">{chat.name}</span>
        {chat.isOfficial && <BadgeCheck size={16} className="official-sign" aria-hidden />}
        {chat.at > 0 && <time id={id && whenId(id)}>{shortTime(chat.at, Date.now(), locale)}</time>}
      </span>
      <span className="second" id={id}>
        <span className="gist clip">
          {chat.draft !== null ? (
            <>
              <em>{t("chats.draft")}</em> {chat.draft}
            </>
          ) : (
            chat.preview || t("chats.say_hello")
          )}
        </span>
        {sign}
        {chat.muted && <BellOff size={14} role="img" aria-label={t("chats.muted")} />}
        {chat.marked && chat.unread === 0 && (
          <span className="count mark" role="img" aria-label={t("chatmenu.marked")} />
        )}
        {chat.pinned && chat.unread === 0 && !chat.marked && (
          <Pin size={14} role="img" aria-label={t("chats.pinned")} />
        )}
        {chat.unread > 0 && (
          <span className={chat.muted ? "count quiet" : "count"}>
            <span aria-hidden="true">{chat.unread}</span>
            <span className="sr-only">{t("chats.unread", { count: chat.unread })}</span>
          </span>
        )}
      </span>
    </span>
  );
}
