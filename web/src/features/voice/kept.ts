/** Recordings that were neither sent nor thrown away when their conversation was left: they wait there, like a text that was begun. In memory
 *  only, and of one session: whoever comes next in this tab finds nothing.
 */
import type { MatrixClient } from "matrix-js-sdk";
import type { Target } from "../chats/composerTools";
import { draftKey } from "../chats/useDraft";
import type { Recording } from "./recorder";

export interface Recorded {
  readonly at: "recorded";
  readonly recording: Recording;
  readonly isWhole: boolean;
}

const kept = new WeakMap<MatrixClient, Map<string, Recorded>>();

export function keepRecorded(client: MatrixClient, { roomId, threadId }: Target, recorded: Recorded): void {
  const all = kept.get(client) ?? new Map<string, Recorded>();
  kept.set(client, all.set(draftKey(roomId, threadId), recorded));
}

/** Return what waits in a conversation, and let go of it. */
export function takeRecorded(client: MatrixClient, { roomId, threadId }: Target): Recorded | null {
  const key = draftKey(roomId, threadId);
  const recorded = kept.get(client)?.get(key) ?? null;
  kept.get(client)?.delete(key);
  return recorded;
}
