/** What blocked people say is not shown. The server gives none of it; what was here before they were blocked stays with the SDK.
 *
 *  spec: client-server-api#ignoring-users
 */
import type { MatrixClient, MatrixEvent } from "matrix-js-sdk";
import { isDeletion } from "./facts";

/** Say whether an event changes whom one does not want to hear. */
export function isIgnoreList(event: MatrixEvent): boolean {
  return event.getType() === "m.ignored_user_list" && !event.isState();
}

/** Return what leaves out the words of blocked people. Who comes and goes stays told, and what they deleted stays deleted. */
export function heardBy(client: MatrixClient): (event: MatrixEvent) => boolean {
  const ignored = ignoredBy(client);
  if (ignored.size === 0) return () => true;
  return (event) => event.isState() || !ignored.has(event.getSender() ?? "") || isDeletion(event);
}

/** Leave them out of a conversation, which may be very long. */
export function heardOf(client: MatrixClient, events: MatrixEvent[]): MatrixEvent[] {
  return ignoredBy(client).size === 0 ? events : events.filter(heardBy(client));
}

function ignoredBy(client: MatrixClient): ReadonlySet<string> {
  const ignored = new Set(client.getIgnoredUsers());
  ignored.delete(client.getUserId() ?? "");
  return ignored;
}
