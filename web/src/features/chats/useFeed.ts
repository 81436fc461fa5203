import { useMemo, useSyncExternalStore } from "react";
import { useClient } from "../../shell/client";
import { Feed, type FeedState } from "./feed";

/** Return a conversation's events as they come, and the way to its older ones. */
export function useFeed(roomId: string, threadId: string | null): { feed: Feed; state: FeedState } {
  const client = useClient();
  const feed = useMemo(() => new Feed(client, roomId, threadId), [client, roomId, threadId]);
  const state = useSyncExternalStore(feed.subscribe, feed.get);
  return { feed, state };
}
