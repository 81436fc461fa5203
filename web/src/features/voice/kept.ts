/** Recordings that were neither sent nor thrown away when their conversation was left: they wait there, like a text that was begun. In memory
 *  only, and of one session: whoever comes next in this tab finds nothing.
 *
 *  What is only ending when it is left waits as a promise: the same conversation may be opened again in the same moment. None takes the place
 *  of another one: they wait in a row.
 */
import type { MatrixClient } from "matrix-js-sdk";
import type { Target } from "../chats/composerTools";
import { draftKey } from "../chats/useDraft";
import type { Recording, Trouble } from "./recorder";

export interface Recorded {
  readonly at: "recorded";
  readonly recording: Recording;
  readonly isWhole: boolean;
}

export interface InTrouble {
  readonly at: "trouble";
  readonly trouble: Trouble;
}

/** What becomes of a recording that ends. Null: it is sent, and nothing is left to be done. */
export type End = Promise<Recorded | InTrouble | null>;

export interface Kept {
  readonly key: string;
  readonly end: End;
  /** It is for the person to send it or to throw it away. */
  readonly isDraft: boolean;
  bytes: number;
}

/** Together with one more of ten minutes, in all conversations. */
const COUNT_MAX = 20;
const BYTES_MAX = 30_000_000;

const NONE: readonly Kept[] = [];
const kept = new WeakMap<MatrixClient, readonly Kept[]>();
const listeners = new Set<() => void>();

/** Return all that waits: another list whenever there is something else in it. */
export function keptBy(client: MatrixClient): readonly Kept[] {
  return kept.get(client) ?? NONE;
}

/** Hear when something else waits; the function that is returned ends it. */
export function onKept(told: () => void): () => void {
  listeners.add(told);
  return () => listeners.delete(told);
}

function setKept(client: MatrixClient, now: readonly Kept[]): void {
  kept.set(client, now);
  for (const told of listeners) told();
}

/** Keep a recording behind those that wait in its conversation already. */
export function keep(client: MatrixClient, target: Target, end: End, isDraft: boolean): void {
  setKept(client, [...keptBy(client), measured(target, end, isDraft)]);
}

/** Keep one before the others: it was being looked at. */
export function putBack(client: MatrixClient, target: Target, recorded: Recorded): void {
  setKept(client, [measured(target, Promise.resolve(recorded), true), ...keptBy(client)]);
}

function measured({ roomId, threadId }: Target, end: End, isDraft: boolean): Kept {
  const one = { key: draftKey(roomId, threadId), end, isDraft, bytes: 0 };
  void end.then((left) => {
    if (left?.at === "recorded") one.bytes = left.recording.blob.size;
  });
  return one;
}

/** Return what waits longest in a conversation. It stays there until it is let go of. */
export function firstKept(client: MatrixClient, { roomId, threadId }: Target): End | null {
  const key = draftKey(roomId, threadId);
  return keptBy(client).find((one) => one.key === key)?.end ?? null;
}

/** Let go of what waits; false: somebody else has done so. */
export function letGo(client: MatrixClient, end: End): boolean {
  const others = keptBy(client).filter((one) => one.end !== end);
  const wasThere = others.length < keptBy(client).length;
  if (wasThere) setKept(client, others);
  return wasThere;
}

/** Say whether one of these recordings waits for its person in a room, outside its threads. */
export function waitsIn(all: readonly Kept[], roomId: string): boolean {
  const key = draftKey(roomId, null);
  return all.some((one) => one.isDraft && one.key === key);
}

/** Say whether so many wait that no other one is begun: none is thrown away to make room. */
export function isFull(client: MatrixClient): boolean {
  const all = keptBy(client);
  return all.length >= COUNT_MAX || all.reduce((sum, { bytes }) => sum + bytes, 0) > BYTES_MAX;
}
