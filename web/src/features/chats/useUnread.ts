import type { Room } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import { MESSAGES } from "../../model/rows";
import type { Timeline } from "../../model/timeline";

/** So far back is looked for the place where what is new begins: 300 messages. */
const PAGES_MAX = 5;

interface Unread {
  /** The event up to which all had been read when the conversation was opened; null: there is nothing new. */
  readonly readUpTo: string | null;
  /** Where that is, is not known yet: nothing that is in sight meanwhile has been read. */
  readonly isOnTheWay: boolean;
}

interface Opened {
  readonly room: Room;
  readonly me: string;
  readonly timeline: Timeline;
  readonly threadId: string | null;
  /** The message that one came for. */
  readonly goTo: string | null;
  readonly loadUpTo: (id: string, pages: number) => Promise<unknown>;
}

/** Return where what is new in a conversation begins. After a pause that is not loaded: who came for nothing else has it fetched. */
export function useUnread({ room, me, timeline, threadId, goTo, loadUpTo }: Opened): Unread {
  const [readUpTo] = useState(() => (threadId === null ? unreadAfter(room, me, timeline) : null));
  const [isOnTheWay, setOnTheWay] = useState(
    goTo === null && readUpTo !== null && !timeline.facts.has(readUpTo),
  );
  useEffect(() => {
    if (readUpTo === null || !isOnTheWay) return;
    // Where it cannot be had one begins at the end.
    void loadUpTo(readUpTo, PAGES_MAX).finally(() => setOnTheWay(false));
  }, [readUpTo, isOnTheWay, loadUpTo]);
  return { readUpTo, isOnTheWay };
}

/** Return the event up to which all has been read, if others have said something since. */
function unreadAfter(room: Room, me: string, timeline: Timeline): string | null {
  const readUpTo = room.getEventReadUpTo(me);
  const since = timeline.order.slice(timeline.order.lastIndexOf(readUpTo ?? "") + 1);
  const isUnread = since.some((id) => {
    const fact = timeline.facts.get(id);
    return fact !== undefined && fact.sender !== me && MESSAGES.has(fact.type);
  });
  return isUnread ? readUpTo : null;
}
