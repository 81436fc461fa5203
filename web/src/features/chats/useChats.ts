import type { MatrixClient } from "matrix-js-sdk";
import { useCallback, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { type Chat, inOrder, unreadOf } from "../../model/chatList";
import { useClient, useFromClient } from "../../shell/client";
import { keptBy, onKept, waitsIn } from "../voice/kept";
import { chatsOf, LIST_EVENTS } from "./rooms";

/** Return every conversation, in the order of the list. */
export function useChats(): Chat[] {
  const { t } = useTranslation();
  const client = useClient();
  // A recording begins to wait only after the list was drawn, when its conversation was left for it.
  const recordings = useSyncExternalStore(onKept, () => keptBy(client));
  const read = useCallback(
    (from: MatrixClient) =>
      inOrder(chatsOf(from, t)).map((chat) =>
        chat.draft === null && waitsIn(recordings, chat.roomId) ? { ...chat, draft: t("chats.voice") } : chat,
      ),
    [t, recordings],
  );
  return useFromClient(LIST_EVENTS, read);
}

/** Return how many messages want attention. A number, so that whoever shows it is drawn anew only when it is another one. */
export function useUnread(): number {
  const { t } = useTranslation();
  const read = useCallback((client: MatrixClient) => unreadOf(chatsOf(client, t)), [t]);
  return useFromClient(LIST_EVENTS, read);
}
