import type { MatrixClient } from "matrix-js-sdk";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { type Chat, inOrder, unreadOf } from "../../model/chatList";
import { useFromClient } from "../../shell/client";
import { chatsOf, LIST_EVENTS } from "./rooms";

/** Return every conversation, in the order of the list. */
export function useChats(): Chat[] {
  const { t } = useTranslation();
  const read = useCallback((client: MatrixClient) => inOrder(chatsOf(client, t)), [t]);
  return useFromClient(LIST_EVENTS, read);
}

/** Return how many messages want attention. A number, so that whoever shows it is drawn anew only when it is another one. */
export function useUnread(): number {
  const { t } = useTranslation();
  const read = useCallback((client: MatrixClient) => unreadOf(chatsOf(client, t)), [t]);
  return useFromClient(LIST_EVENTS, read);
}
