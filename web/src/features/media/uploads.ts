/** Files on their way up. Each is a message of its conversation from the moment it was sent off, and one of the SDK's once its bytes are there. */
import type { MatrixClient } from "matrix-js-sdk";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { applySync, type Content, type Fact, type Timeline } from "../../model/timeline";
import { isFinal } from "../../protocol/refusal";
import { useClient } from "../../shell/client";
import { tellRefusal } from "../../shell/refusals";
import { dropUpload, type KeptUpload, keepUpload, keptUploads } from "./keptUploads";
import type { Drawn } from "./picture";
import { handOver, sendBytes, type Task, type Upload } from "./upload";

/** The message of the SDK stands in its place for a while before the upload goes: none is missing in between. */
const LINGER_MS = 2_000;

let uploads: readonly Upload[] = [];
const tasks = new Map<string, Task>();
const watching = new Set<() => void>();
/** One after the other: they arrive in the order in which they were chosen. */
let queue: Promise<void> = Promise.resolve();

function subscribe(told: () => void): () => void {
  watching.add(told);
  return () => watching.delete(told);
}

function tell(): void {
  for (const told of watching) told();
}

function change(next: readonly Upload[]): void {
  uploads = next;
  tell();
}

interface Sending {
  readonly roomId: string;
  readonly threadId: string | null;
  /** The message, with what it answers and the thread it belongs to, but for where the file is. */
  readonly content: Content;
  readonly blob: Blob;
  readonly name: string;
  /** A small copy that is sent along. */
  readonly thumbnail: Drawn | null;
}

/** Send a file off. It is in the conversation at once. */
export function begin(client: MatrixClient, sending: Sending): void {
  const kept = { ...sending, id: client.makeTxnId(), owner: client.getSafeUserId(), at: Date.now() };
  const task = add(client, kept, "sending");
  task.keeping = keepUpload(kept).then((isKept) => {
    task.isKept = isKept;
  });
  enqueue(kept.id);
}

function add(client: MatrixClient, upload: KeptUpload, state: "sending" | "failed"): Task {
  const { id, roomId, threadId, at, content, blob, name, thumbnail } = upload;
  const shown = thumbnail?.blob ?? (content["msgtype"] === "m.image" ? blob : null);
  const preview = shown && URL.createObjectURL(shown);
  const stop = new AbortController();
  const nothing = { file: null, small: null, done: 0, isKept: false, keeping: Promise.resolve() };
  const task: Task = { ...nothing, client, name, thumbnail, stop, tell };
  tasks.set(id, task);
  change([...uploads, { id, roomId, threadId, at, content, blob, state, error: null, preview }]);
  return task;
}

/** What an account had under way in this tab ends with its session: whoever comes next is not shown it. */
export function leaveUploads(client: MatrixClient): void {
  for (const [id, task] of tasks) {
    if (task.client !== client) continue;
    task.stop.abort();
    forget(id);
  }
}

/** What was under way when the page ended stands there as not sent. */
async function comeBack(client: MatrixClient, signal: AbortSignal): Promise<void> {
  for (const kept of await keptUploads(client.getSafeUserId())) {
    if (!signal.aborted && !tasks.has(kept.id)) add(client, kept, "failed").isKept = true;
  }
}

/** What is under way belongs to who is inside. */
export function useUploading(): void {
  const client = useClient();
  useEffect(() => {
    const left = new AbortController();
    void comeBack(client, left.signal);
    return () => {
      left.abort();
      leaveUploads(client);
    };
  }, [client]);
}

/** Send once more what was not taken. Says whether it is an upload at all. */
export function retryUpload(id: string): boolean {
  const task = tasks.get(id);
  if (task === undefined) return false;
  if (uploads.some((one) => one.id === id && one.state === "failed")) {
    task.stop = new AbortController();
    mark(id, { state: "sending", error: null });
    enqueue(id);
  }
  return true;
}

/** Give an upload up, under way or failed. Says whether it was one. */
export function cancelUpload(id: string): boolean {
  const task = tasks.get(id);
  if (task === undefined) return false;
  task.stop.abort();
  forget(id);
  drop(id, task);
  return true;
}

function enqueue(id: string): void {
  queue = queue.then(() => run(id));
}

async function run(id: string): Promise<void> {
  const task = tasks.get(id);
  const upload = uploads.find((one) => one.id === id);
  if (task === undefined || upload === undefined) return;
  const { signal } = task.stop;
  try {
    await sendBytes(task, upload, signal);
    if (signal.aborted) return;
    handOver(task, upload);
    mark(id, { state: "sent" });
    drop(id, task);
    setTimeout(() => forget(id), LINGER_MS);
  } catch (error) {
    if (signal.aborted) return;
    mark(id, { state: "failed", error: tellRefusal(error) ? null : error });
  }
}

/** It is kept no more. */
function drop(id: string, { keeping }: Task): void {
  void keeping.then(() => dropUpload(id));
}

function mark(id: string, now: Partial<Pick<Upload, "state" | "error">>): void {
  change(uploads.map((one) => (one.id === id ? { ...one, ...now } : one)));
}

function forget(id: string): void {
  const upload = uploads.find((one) => one.id === id);
  if (upload?.preview) URL.revokeObjectURL(upload.preview);
  tasks.delete(id);
  change(uploads.filter((one) => one.id !== id));
}

window.addEventListener("online", () => {
  for (const { id, state, error } of uploads) if (state === "failed" && !isFinal(error)) retryUpload(id);
});
window.addEventListener("beforeunload", (event) => {
  // It ends with this page, or is in it alone: the browser asks whether one really wants to go.
  const ends = ({ id, state }: Upload) =>
    state === "sending" || (state === "failed" && tasks.get(id)?.isKept !== true);
  if (uploads.some(ends)) event.preventDefault();
});

/** Return an upload as it stands now, by the key of its message; null when it is none. */
export function useUpload(key: string): Upload | null {
  return useSyncExternalStore(subscribe, () => uploads.find((one) => one.id === key) ?? null);
}

/** Say whether an account has files that are not up yet, under way or failed. */
export function hasUploads(client: MatrixClient): boolean {
  return uploads.some(({ id, state }) => state !== "sent" && tasks.get(id)?.client === client);
}

/** Return how much of an upload is there, from 0 to 1. */
export function useProgress(id: string): number {
  return useSyncExternalStore(subscribe, () => tasks.get(id)?.done ?? 0);
}

/** Return a conversation with what is on its way up, at its end. */
export function useWithUploads(
  timeline: Timeline,
  roomId: string,
  threadId: string | null,
  me: string,
): Timeline {
  const all = useSyncExternalStore(subscribe, () => uploads);
  return useMemo(() => {
    const mine = all.filter((one) => one.roomId === roomId && one.threadId === threadId);
    if (mine.length === 0) return timeline;
    const known = new Set(timeline.order.map((id) => timeline.facts.get(id)?.key));
    const newer = mine.filter(({ id }) => !known.has(id)).map((one) => factOf(one, me));
    return newer.length === 0 ? timeline : applySync(timeline, { newer });
  }, [timeline, all, roomId, threadId, me]);
}

function factOf({ id, at, content, state }: Upload, me: string): Fact {
  const sending = state === "failed" ? "failed" : "sending";
  return { id, key: id, sender: me, at, type: "m.room.message", content, sending };
}
