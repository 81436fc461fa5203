/** Files on their way up. Each is a message of its conversation from the moment it was sent off, and one of the SDK's once its bytes are there. */
import type { MatrixClient } from "matrix-js-sdk";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { fieldsOf } from "../../model/fields";
import { applySync, type Content, type Fact, type Timeline } from "../../model/timeline";
import { fieldsFor, type Source, send } from "../../protocol/media";
import { useClient } from "../../shell/client";
import { keepMedia } from "../../shell/media";
import { tellRefusal } from "../../shell/refusals";
import { attachmentOf, previewOf } from "./attachment";
import type { Drawn } from "./picture";

export interface Upload {
  /** The transaction id that its message will have: its line stays the same. */
  readonly id: string;
  readonly roomId: string;
  readonly threadId: string | null;
  readonly at: number;
  /** The message, but for where the file is. */
  readonly content: Content;
  /** The file itself: what is not up yet can be heard from here. */
  readonly blob: Blob;
  readonly state: "sending" | "failed" | "sent";
  /** Why it failed; null for what did not, or is explained elsewhere. */
  readonly error: unknown;
  /** A picture to be shown meanwhile. */
  readonly preview: string | null;
}

interface Task {
  readonly client: MatrixClient;
  readonly name: string;
  readonly thumbnail: Drawn | null;
  stop: AbortController;
  /** What of it is up already: it need not be sent twice. */
  file: Source | null;
  small: Source | null;
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
  /** The message, with what it answers and the thread it belongs to, but for where the file is. */
  readonly content: Content;
  readonly blob: Blob;
  readonly name: string;
  /** A small copy that is sent along. */
  readonly thumbnail: Drawn | null;
}

/** Send a file off. It is in the conversation at once. */
export function begin(client: MatrixClient, { name, thumbnail, ...sending }: Sending): void {
  const id = client.makeTxnId();
  const shown = thumbnail?.blob ?? (sending.content["msgtype"] === "m.image" ? sending.blob : null);
  const preview = shown && URL.createObjectURL(shown);
  tasks.set(id, { client, name, thumbnail, stop: new AbortController(), file: null, small: null, done: 0 });
  change([...uploads, { ...sending, id, at: Date.now(), state: "sending", error: null, preview }]);
  enqueue(id);
}

/** What an account had under way in this tab ends with its session: whoever comes next is not shown it. */
export function leaveUploads(client: MatrixClient): void {
  for (const [id, task] of tasks) if (task.client === client) cancelUpload(id);
}

/** What is under way belongs to who is inside. */
export function useUploading(): void {
  const client = useClient();
  useEffect(() => () => leaveUploads(client), [client]);
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
    mark(id, { state: "failed", error: tellRefusal(error) ? null : error });
  }
}

async function sendBytes(task: Task, { roomId, blob, content }: Upload, signal: AbortSignal): Promise<void> {
  const { client, name, thumbnail } = task;
  const encrypted = client.getRoom(roomId)?.hasEncryptionStateEvent() ?? true;
  // Of what the server can see it makes small copies itself.
  if (thumbnail !== null && (encrypted || content["msgtype"] === "m.video")) {
    task.small ??= await send(client, thumbnail.blob, { encrypted, signal });
  }
  task.file ??= await send(client, blob, {
    encrypted,
    name,
    signal,
    onProgress(done) {
      task.done = done;
      tell();
    },
  });
}

/** From here on it is a message like any other: the SDK sends it, and tries again. */
function handOver({ client, file, small, thumbnail }: Task, upload: Upload): void {
  if (file === null) return;
  const { id, roomId, threadId, content } = upload;
  const info = {
    ...(content["info"] as Content),
    ...(small !== null &&
      thumbnail !== null && {
        ...fieldsFor(small, "thumbnail"),
        thumbnail_info: {
          mimetype: thumbnail.blob.type,
          size: thumbnail.blob.size,
          w: thumbnail.width,
          h: thumbnail.height,
        },
      }),
  };
  const whole = { ...content, ...fieldsFor(file), info };
  keepPreview(client, whole, upload.blob, thumbnail);
  client.sendEvent(roomId, threadId, "m.room.message" as never, whole as never, id).catch(() => undefined);
  mark(id, { state: "sent" });
  setTimeout(() => forget(id), LINGER_MS);
}

/** What was only just sent is not fetched to be shown. */
function keepPreview(client: MatrixClient, content: Content, whole: Blob, thumbnail: Drawn | null): void {
  const file = attachmentOf({ type: "m.room.message", content });
  const wanted = file && previewOf(file);
  if (!wanted) return;
  const isWhole = wanted.source === file.source && wanted.options.thumbnail === undefined;
  keepMedia(client, wanted.source, wanted.options, isWhole ? whole : (thumbnail?.blob ?? whole));
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

/** The server said no: it says so again, however often it is asked. */
function isFinal(error: unknown): boolean {
  const status = Number(fieldsOf(error)["httpStatus"]);
  return status >= 400 && status < 500 && status !== 429;
}

window.addEventListener("online", () => {
  for (const { id, state, error } of uploads) if (state === "failed" && !isFinal(error)) retryUpload(id);
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
