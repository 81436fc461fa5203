/** Files of conversations: sent, sealed where the room is, and fetched again.
 *
 *  spec: client-server-api#content-repository
 */

import type { MatrixClient } from "matrix-js-sdk";
import { type Bytes, join } from "../model/bytes";
import { fieldsOf } from "../model/fields";
import { addressOf, type EncryptedFile, encryptedFileOf, seal, unseal } from "./attachment";
import { Refused, Unreachable } from "./http";

/** Where a file is: as it is, or sealed with what opens it. */
export type Source = { readonly url: string } | { readonly file: EncryptedFile };

/** Return where the file of an event is, or its small picture ("thumbnail"). Null for what no honest client writes. */
export function sourceOf(
  content: Readonly<Record<string, unknown>>,
  key: "" | "thumbnail" = "",
): Source | null {
  const held = key === "" ? content : fieldsOf(content["info"]);
  const prefix = key === "" ? "" : `${key}_`;
  const sealed = held[`${prefix}file`];
  if (sealed !== undefined && sealed !== null) {
    const file = encryptedFileOf(sealed);
    return file === null ? null : { file };
  }
  const url = addressOf(held[`${prefix}url`]);
  return url === null ? null : { url };
}

/** Return the fields that tell of a source in an event: the other direction of `sourceOf`. */
export function fieldsFor(source: Source, key: "" | "thumbnail" = ""): Record<string, unknown> {
  const prefix = key === "" ? "" : `${key}_`;
  return "file" in source ? { [`${prefix}file`]: source.file } : { [`${prefix}url`]: source.url };
}

function addressIn(source: Source): string {
  return "file" in source ? source.file.url : source.url;
}

interface SendOptions {
  readonly encrypted: boolean;
  readonly name?: string;
  readonly onProgress?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** Upload a file and return where it is. `onProgress` tells from 0 to 1. Of a sealed file the server learns the size alone. */
export async function send(client: MatrixClient, blob: Blob, options: SendOptions): Promise<Source> {
  const { encrypted, name, onProgress, signal } = options;
  signal?.throwIfAborted();
  const { sealed, file } = encrypted
    ? await seal(new Uint8Array(await blob.arrayBuffer()))
    : { sealed: null, file: null };
  signal?.throwIfAborted();
  const abortController = new AbortController();
  const stop = () => abortController.abort();
  signal?.addEventListener("abort", stop);
  try {
    const { content_uri: url } = await client.uploadContent(
      sealed === null ? blob : new Blob([sealed], { type: SEALED }),
      {
        includeFilename: !encrypted && name !== undefined,
        ...(name !== undefined && !encrypted && { name }),
        type: encrypted || blob.type === "" ? SEALED : blob.type,
        abortController,
        progressHandler: ({ loaded, total }) => onProgress?.(total > 0 ? Math.min(1, loaded / total) : 0),
      },
    );
    return file === null ? { url } : { file: { url, ...file } };
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

const SEALED = "application/octet-stream";

interface FetchOptions {
  /** What its event says it is. */
  readonly type?: string;
  /** At least this large, in pixels: the server makes it small, where it can see the picture. */
  readonly thumbnail?: { readonly width: number; readonly height: number };
  readonly signal?: AbortSignal;
  /** More bytes than these are not taken. */
  readonly most?: number | undefined;
}

/** What is fetched without being asked for is no larger, whatever its event says. */
export const UNASKED_BYTES_MAX = 1_500_000;

/** There are more bytes than were to be taken. */
export class TooLarge extends Error {}

/** Fetch a file and open it. Its type is one that a browser only shows or plays; anything else is bytes to save. */
export async function fetchMedia(
  client: MatrixClient,
  source: Source,
  { type, thumbnail, signal, most }: FetchOptions = {},
): Promise<Blob> {
  const small = "file" in source ? undefined : thumbnail;
  const address = client.mxcUrlToHttp(
    addressIn(source),
    small && Math.ceil(small.width),
    small && Math.ceil(small.height),
    small && "scale",
    false,
    true,
    true,
  );
  if (address === null) throw new Refused(404, "M_NOT_FOUND", "There is no such file.", {});
  const answer = await asked(client, address, signal);
  if (!("file" in source)) {
    const told = answer.headers.get("Content-Type") ?? "";
    return new Blob([await bytesOf(answer, most)], { type: safeType(small ? told : (type ?? told)) });
  }
  const sealed = await bytesOf(answer, most);
  return new Blob([await unseal(sealed, source.file)], { type: safeType(type ?? "") });
}

/** Read an answer, and stop where it becomes too long. Throws `TooLarge`. */
async function bytesOf(answer: Response, most = Number.POSITIVE_INFINITY): Promise<Bytes> {
  const tooLarge = new TooLarge(`more than ${most} bytes`);
  if (Number(answer.headers.get("Content-Length")) > most) {
    await answer.body?.cancel(tooLarge);
    throw tooLarge;
  }
  if (answer.body === null || most === Number.POSITIVE_INFINITY)
    return new Uint8Array(await answer.arrayBuffer());
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the fetching.
  for await (const part of partsOf(answer.body)) {
    size += part.length;
    if (size > most) throw tooLarge;
    parts.push(part);
  }
  return join(...parts);
}

/** Safari's streams cannot be walked through by themselves. */
async function* partsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel();
  }
}

async function asked(client: MatrixClient, address: string, signal?: AbortSignal): Promise<Response> {
  const headers = { Authorization: `Bearer ${client.getAccessToken()}` };
  let answer: Response;
  try {
    answer = await fetch(address, { headers, ...(signal && { signal }) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable("The server cannot be reached.", { cause: error });
  }
  if (answer.ok) return answer;
  const told = fieldsOf(await answer.json().catch(() => null));
  throw new Refused(answer.status, String(told["errcode"] ?? ""), String(told["error"] ?? ""), told);
}

/** What a browser shows or plays, and never runs: no pages, and no SVG, which can hold a script. */
const SAFE: ReadonlySet<string> = new Set([
  ...["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif", "image/apng", "image/bmp"],
  ...["video/mp4", "video/webm", "video/ogg", "video/quicktime"],
  ...["audio/mp4", "audio/mpeg", "audio/aac", "audio/ogg", "audio/webm", "audio/wav", "audio/x-wav"],
  ...["audio/wave", "audio/x-m4a", "audio/x-pn-wav", "audio/flac", "audio/x-flac"],
]);

/** Return a type when it is safe to be shown, or that of plain bytes. */
export function safeType(type: string): string {
  const [bare = ""] = type.toLowerCase().split(";");
  return SAFE.has(bare.trim()) ? bare.trim() : SEALED;
}

/** Return how many bytes a file may have here; null when the server does not say. */
export async function uploadLimit(client: MatrixClient): Promise<number | null> {
  const size = (await client.getMediaConfig(true))["m.upload.size"];
  return typeof size === "number" && size > 0 ? size : null;
}
