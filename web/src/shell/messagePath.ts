/** Return the address of a message where it stands: in its chat, or in a thread of it. */
export function messagePath(roomId: string, eventId: string, threadId: string | null): string {
  const thread = threadId === null ? "" : `/thread/${encodeURIComponent(threadId)}`;
  return `/chats/${encodeURIComponent(roomId)}${thread}/at/${encodeURIComponent(eventId)}`;
}
