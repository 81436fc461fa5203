/** One file on its way up: its bytes first, then the message. */
import type { MatrixClient } from "matrix-js-sdk";
import type { Content } from "../../model/timeline";
import { fieldsFor, type Source, send } from "../../protocol/media";
import { isSealed } from "../../protocol/sealing";
import { keepMedia } from "../../shell/media";
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

export interface Task {
  readonly client: MatrixClient;
  readonly name: string;
  readonly thumbnail: Drawn | null;
  /** It is there after the page has ended, too. */
  isKept: boolean;
  /** It is being kept, or that has been tried. */
  keeping: Promise<unknown>;
  stop: AbortController;
  /** What of it is up already: it need not be sent twice. */
  file: Source | null;
  small: Source | null;
  /** From 0 to 1. */
  done: number;
  readonly tell: () => void;
}

export async function sendBytes(
  task: Task,
  { roomId, blob, content }: Upload,
  signal: AbortSignal,
): Promise<void> {
  const { client, name, thumbnail } = task;
  const encrypted = await isSealed(client, roomId);
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
      task.tell();
    },
  });
}

/** From here on it is a message like any other: the SDK sends it, and tries again. */
export function handOver({ client, file, small, thumbnail }: Task, upload: Upload): void {
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
}

/** What was only just sent is not fetched to be shown. */
function keepPreview(client: MatrixClient, content: Content, whole: Blob, thumbnail: Drawn | null): void {
  const file = attachmentOf({ type: "m.room.message", content });
  const wanted = file && previewOf(file);
  if (!wanted) return;
  const isWhole = wanted.source === file.source && wanted.options.thumbnail === undefined;
  keepMedia(client, wanted.source, wanted.options, isWhole ? whole : (thumbnail?.blob ?? whole));
}
