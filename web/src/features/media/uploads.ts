/** Files on their way up. Each is a message of its conversation from the moment it was sent off, and one of the SDK's once its bytes are there. */
import type { MatrixClient } from "matrix-js-sdk";
import { useMemo, useSyncExternalStore } from "react";
import { describing } from "../../model/media";
import { applySync, type Content, type Fact, type Timeline } from "../../model/timeline";
import { fieldsFor, type Source, send } from "../../protocol/media";
import { keepMedia } from "../../shell/media";
import { tellRefusal } from "../../shell/refusals";
import { attachmentOf, previewOf } from "./attachment";
import type { Ready } from "./prepare";

export interface Upload {
  /** The transaction id that its message will have: its line stays the same. */
  readonly id: string;
  readonly roomId: string;
  readonly threadId: string | null;
  readonly at: number;
  /** The message, but for where the file is. */
  readonly content: Content;
  readonly state: "sending" | "failed" | "sent";
  /** A picture to be shown meanwhile. */
  readonly preview: string | null;
}

interface Task {
  readonly client: MatrixClient;
  readonly ready: Ready;
  stop: AbortController;
  /** What of it is up already: it need not be sent twice. */
  file: Source | null;
  thumbnail: Source | null;
  /** From 0 to 1. */
  done: number;
}

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
  readonly ready: Ready;
  readonly caption: string;
  /** What it answers, and the thread it belongs to. */
  readonly relation: Content;
}

/** Send a file off. It is in the conversation at once. */
export function begin(client: MatrixClient, { roomId, threadId, ready, caption, relation }: Sending): void {
  forgetOthers(client);
  const id = client.makeTxnId();
  const shown = ready.thumbnail?.blob ?? (ready.kind === "image" ? ready.blob : null);
  tasks.set(id, { client, ready, stop: new AbortController(), file: null, thumbnail: null, done: 0 });
  const { kind, name, info } = ready;
  const upload: Upload = {
    id,
    roomId,
    threadId,
    at: Date.now(),
    content: { ...describing({ kind, name, caption, info }), ...relation },
    state: "sending",
    preview: shown && URL.createObjectURL(shown),
  };
  change([...uploads, upload]);
  enqueue(id);
}

/** What another account had under way in this tab has ended with its session. */
function forgetOthers(client: MatrixClient): void {
  for (const [id, task] of tasks) if (task.client !== client) cancelUpload(id);
}

/** Send once more what was not taken. Says whether it is an upload at all. */
export function retryUpload(id: string): boolean {
  const task = tasks.get(id);
  if (task === undefined) return false;
  if (uploads.some((one) => one.id === id && one.state === "failed")) {
    task.stop = new AbortController();
    mark(id, "sending");
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
    if (!signal.aborted) handOver(task, upload);
  } catch (error) {
    if (signal.aborted) return;
    tellRefusal(error);
    mark(id, "failed");
  }
}

async function sendBytes(task: Task, { roomId }: Upload, signal: AbortSignal): Promise<void> {
  const { client, ready } = task;
  const encrypted = client.getRoom(roomId)?.hasEncryptionStateEvent() ?? true;
  // Of what the server can see it makes small copies itself.
  if (ready.thumbnail !== null && (encrypted || ready.kind === "video")) {
    task.thumbnail ??= await send(client, ready.thumbnail.blob, { encrypted, signal });
  }
  task.file ??= await send(client, ready.blob, {
    encrypted,
    name: ready.name,
    signal,
    onProgress(done) {
      task.done = done;
      tell();
    },
  });
}

/** From here on it is a message like any other: the SDK sends it, and tries again. */
function handOver(task: Task, { id, roomId, threadId, content }: Upload): void {
  if (task.file === null) return;
  const { client, ready, thumbnail: small } = task;
  const info = {
    ...(content["info"] as Content),
    ...(small !== null &&
      ready.thumbnail !== null && {
        ...fieldsFor(small, "thumbnail"),
        thumbnail_info: {
          mimetype: ready.thumbnail.blob.type,
          size: ready.thumbnail.blob.size,
          w: ready.thumbnail.width,
          h: ready.thumbnail.height,
        },
      }),
  };
  const whole = { ...content, ...fieldsFor(task.file), info };
  keepPreview(client, whole, ready);
  client.sendEvent(roomId, threadId, "m.room.message" as never, whole as never, id).catch(() => undefined);
  mark(id, "sent");
  setTimeout(() => forget(id), LINGER_MS);
}

/** What was only just sent is not fetched to be shown. */
function keepPreview(client: MatrixClient, content: Content, ready: Ready): void {
  const file = attachmentOf({ type: "m.room.message", content });
  const wanted = file && previewOf(file);
  if (!wanted) return;
  const isWhole = wanted.source === file.source && wanted.options.thumbnail === undefined;
  const blob = isWhole ? ready.blob : (ready.thumbnail?.blob ?? ready.blob);
  keepMedia(client, wanted.source, wanted.options, blob);
}

function mark(id: string, state: Upload["state"]): void {
  change(uploads.map((one) => (one.id === id ? { ...one, state } : one)));
}

function forget(id: string): void {
  const upload = uploads.find((one) => one.id === id);
  if (upload?.preview) URL.revokeObjectURL(upload.preview);
  tasks.delete(id);
  change(uploads.filter((one) => one.id !== id));
}

window.addEventListener("online", () => {
  for (const { id, state } of uploads) if (state === "failed") retryUpload(id);
});
window.addEventListener("beforeunload", (event) => {
  // The bytes are in this page alone: the browser asks whether one really wants to go.
  if (uploads.some(({ state }) => state !== "sent")) event.preventDefault();
});

/** Return an upload as it stands now, by the key of its message; null when it is none. */
export function useUpload(key: string): Upload | null {
  return useSyncExternalStore(subscribe, () => uploads.find((one) => one.id === key) ?? null);
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
    const known = new Set([...timeline.facts.values()].map(({ key }) => key));
    const newer = mine.filter(({ id }) => !known.has(id)).map((one) => factOf(one, me));
    return newer.length === 0 ? timeline : applySync(timeline, { newer });
  }, [timeline, all, roomId, threadId, me]);
}

function factOf({ id, at, content, state }: Upload, me: string): Fact {
  const sending = state === "failed" ? "failed" : "sending";
  return { id, key: id, sender: me, at, type: "m.room.message", content, sending };
}
