/** In which threads of a chat somebody has said something new. */
import type { Room, Thread } from "matrix-js-sdk";
import { MESSAGES } from "../../model/rows";

export interface NewsOfThread {
  readonly threadId: string;
  readonly count: number;
}

/** Return the thread with the newest of what one has not read yet, or null. */
export function newsOfThreads(room: Room, me: string): NewsOfThread | null {
  const unread = room.getThreads().flatMap((thread) => {
    // The SDK does not count what came encrypted into a thread that it did not know yet.
    const count = Math.max(room.getThreadUnreadNotificationCount(thread.id), unreadIn(thread, me));
    return count === 0 ? [] : [{ threadId: thread.id, count, at: thread.replyToEvent?.getTs() ?? 0 }];
  });
  const [newest] = unread.sort((a, b) => b.at - a.at);
  return newest === undefined ? null : { threadId: newest.threadId, count: newest.count };
}

/** Who has said something in a thread has read what was there before; and what was there when one came is no news. */
function unreadIn(thread: Thread, me: string): number {
  const { room } = thread;
  const came = room.getMember(me)?.events.member?.getTs() ?? 0;
  const events = thread.events.filter(
    (event) => MESSAGES.has(event.getType()) && event.getId() !== thread.id,
  );
  // Not `thread.hasUserReadEvent`: for that, whoever has never opened a thread has read all of them.
  const read = events.findLastIndex(
    (event) =>
      event.getSender() === me || event.getTs() < came || room.hasUserReadEvent(me, event.getId() ?? ""),
  );
  return events.length - 1 - read;
}

/** Say whether something new is said in a thread that this device knows nothing of: it came while nobody was here to hear of it. */
export function hasUnknownThreads(room: Room): boolean {
  const known = room
    .getThreads()
    .reduce(
      (sum, { id }) => sum + room.getThreadUnreadNotificationCount(id),
      room.getRoomUnreadNotificationCount(),
    );
  return room.getUnreadNotificationCount() > known;
}

/** Fetch the threads of a room. */
export async function fetchThreads(room: Room): Promise<void> {
  await room.createThreadsTimelineSets();
  await room.fetchRoomThreads();
}
