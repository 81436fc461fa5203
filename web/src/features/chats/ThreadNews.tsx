import { MessagesSquare } from "lucide-react";
import { type Room, RoomEvent, ThreadEvent } from "matrix-js-sdk";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useClient } from "../../shell/client";
import { fetchThreads, hasUnknownThreads, type NewsOfThread, newsOfThreads } from "./newsOfThreads";

/** What is new in a thread is not in sight in its chat: a line leads there. */
export function ThreadNews({ room }: { room: Room }) {
  const { t } = useTranslation();
  const news = useNews(room);
  if (news === null) return null;
  const href = `/chats/${encodeURIComponent(room.roomId)}/thread/${encodeURIComponent(news.threadId)}`;
  return (
    <Link href={href} className="thread-news">
      <MessagesSquare size={18} aria-hidden />
      {t("talk.new_replies", { count: news.count })}
    </Link>
  );
}

const EVENTS = [
  RoomEvent.UnreadNotifications,
  RoomEvent.Receipt,
  ThreadEvent.New,
  ThreadEvent.NewReply,
  ThreadEvent.Update,
] as const;

function useNews(room: Room): NewsOfThread | null {
  const me = useClient().getSafeUserId();
  const subscribe = useCallback(
    (changed: () => void) => {
      for (const event of EVENTS) room.on(event, changed);
      return () => {
        for (const event of EVENTS) room.off(event, changed);
      };
    },
    [room],
  );
  const text = useSyncExternalStore(subscribe, () => JSON.stringify(newsOfThreads(room, me)));
  const isUnknown = hasUnknownThreads(room);
  useEffect(() => {
    // Without a connection the line is there the next time.
    if (isUnknown) fetchThreads(room).catch(() => undefined);
  }, [room, isUnknown]);
  return JSON.parse(text) as NewsOfThread | null;
}
