/** Files of conversations, for views: fetched and opened when they are shown, once for all who show them. */
import type { MatrixClient } from "matrix-js-sdk";
import { useCallback, useSyncExternalStore } from "react";
import { Refused } from "../protocol/http";
import { fetchMedia, type Source, TooLarge } from "../protocol/media";
import { useClient } from "./client";
import { Shelf, type Shown, WAITING } from "./shelf";

interface MediaOptions {
  /** What its event says it is: `info.mimetype`. */
  readonly type?: string | undefined;
  /** At least this large, in pixels of the page. */
  readonly thumbnail?: { readonly width: number; readonly height: number } | undefined;
  /** More bytes than these are not taken. */
  readonly most?: number | undefined;
  /** Makes what was fetched into something that a browser shows. */
  readonly opened?: ((fetched: Blob) => Promise<Blob>) | undefined;
}

const shelf = new Shelf({ idle: 80, bytes: 64_000_000 });
window.addEventListener("online", () => shelf.retryFailed(isWorthTrying));

function isWorthTrying(error: unknown): boolean {
  return !(error instanceof TooLarge || error instanceof Refused);
}

let owner: MatrixClient | null = null;

interface Media extends Shown {
  /** The server has it no more, and will not have it again. */
  readonly isGone: boolean;
  /** It is larger than `most`, or more than the server can make small: it is had as a whole, by whoever asks for that. */
  readonly isLarge: boolean;
  readonly retry: () => void;
}

/** Show a file: an address for `src` once it is there. A source of null is not fetched. */
export function useMedia(source: Source | null, options: MediaOptions = {}): Media {
  const client = useClient();
  const { type, thumbnail, most, opened = asItIs } = options;
  const width = scaled(thumbnail?.width);
  const height = scaled(thumbnail?.height);
  const key = source === null ? null : keyOf(source, options);
  // The key says all that is in the source, which is made anew at each render.
  const subscribe = useCallback(
    (told: () => void) => {
      if (source === null || key === null) return () => undefined;
      forgetOthers(client);
      return shelf.use(
        key,
        async (signal) => opened(await fetchMedia(client, source, { ...wanted(), signal })),
        told,
      );

      function wanted() {
        return {
          ...(type !== undefined && { type }),
          most,
          ...(width && height && { thumbnail: { width, height } }),
        };
      }
    },
    [client, key],
  );
  const shown = useSyncExternalStore(subscribe, () => (key === null ? WAITING : shelf.look(key)));
  const retry = useCallback(() => {
    if (key !== null) shelf.retry(key);
  }, [key]);
  const isGone = shown.error instanceof Refused && shown.error.status === 404;
  const isLarge = shown.error instanceof TooLarge || (thumbnail !== undefined && isUnmade(shown.error));
  return { ...shown, isGone, isLarge, retry };
}

/** Say whether the server made no small copy of a picture, and never will: it has too many pixels, or a format that it cannot read. */
function isUnmade(error: unknown): boolean {
  return error instanceof Refused && (error.status === 400 || error.status === 413);
}

/** Keep what is known already, so that showing it next needs no fetching. */
export function keepMedia(client: MatrixClient, source: Source, options: MediaOptions, blob: Blob): void {
  forgetOthers(client);
  shelf.keep(keyOf(source, options), blob);
}

async function asItIs(fetched: Blob): Promise<Blob> {
  return fetched;
}

function keyOf(source: Source, { type, thumbnail, most, opened }: MediaOptions): string {
  const as = opened === undefined ? "" : "opened";
  return [placeOf(source), scaled(thumbnail?.width), scaled(thumbnail?.height), type, most, as].join(" ");
}

/** Two events may tell of the same bytes with different keys: one of them is wrong. */
function placeOf(source: Source): string {
  if (!("file" in source)) return source.url;
  const { url, key, iv, hashes } = source.file;
  return [url, key.k, iv, hashes.sha256].join(" ");
}

/** What one account saw is not kept for the next one in this tab. */
function forgetOthers(client: MatrixClient): void {
  if (owner !== null && owner !== client) shelf.clear();
  owner = client;
}

function scaled(pixels: number | undefined): number | undefined {
  return pixels === undefined ? undefined : Math.ceil(pixels * Math.min(3, devicePixelRatio));
}
