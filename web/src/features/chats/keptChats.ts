/** The list of chats as it was last seen, kept on the device: it stands there while the client starts.
 *
 *  With the session it goes: `forgetHere` of protocol/login.ts takes along what begins with "courtyard.".
 */
import type { Chat } from "../../model/chatList";
import { type KeptChat, keptOf, readKept } from "../../model/keptChats";

const KEPT = "courtyard.chats";
/** Not with each word that is said. */
const PAUSE_MS = 1_000;

let timer = 0;

/** Keep the list, soon. `faceOf` names whose picture a chat has. */
export function keepChats(chats: readonly Chat[], faceOf: (roomId: string) => string): () => void {
  timer = window.setTimeout(() => {
    try {
      localStorage.setItem(KEPT, JSON.stringify(keptOf(chats, faceOf)));
    } catch {
      // The device is full: then there is nothing to show ahead.
      localStorage.removeItem(KEPT);
    }
  }, PAUSE_MS);
  return () => window.clearTimeout(timer);
}

/** Return the list as it was last seen; empty when there is none. */
export function keptChats(): KeptChat[] {
  return readKept(localStorage.getItem(KEPT));
}
