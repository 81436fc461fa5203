/** Files of conversations, for views: fetched and opened when they are shown, once for all who show them. */
import type { MatrixClient } from "matrix-js-sdk";
import { useCallback, useSyncExternalStore } from "react";
import { fetchMedia, type Source } from "../protocol/media";
import { useClient } from "./client";
import { Shelf, type Shown, WAITING } from "./shelf";

interface MediaOptions {
  /** What its event says it is: `info.mimetype`. */
  readonly type?: string | undefined;
  /** At least this large, in pixels of the page. */
  readonly thumbnail?: { readonly width: number; readonly height: number } | undefined;
}

const shelf = new Shelf({ idle: 80, bytes: 64_000_000 });
let owner: MatrixClient | null = null;

/** Show a file: an address for `src` once it is there. A source of null is not fetched. */
export function useMedia(source: Source | null, options: MediaOptions = {}): Shown & { retry: () => void } {
  const client = useClient();
  const { type, thumbnail } = options;
  const width = scaled(thumbnail?.width);
  const height = scaled(thumbnail?.height);
  const key = source === null ? null : [placeOf(source), width, height, type].join(" ");
  // The key says all that is in the source, which is made anew at each render.
  const subscribe = useCallback(
    (told: () => void) => {
      if (source === null || key === null) return () => undefined;
      forgetOthers(client);
      return shelf.use(key, (signal) => fetchMedia(client, source, { ...wanted(), signal }), told);

      function wanted() {
        return {
          ...(type !== undefined && { type }),
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
  return { ...shown, retry };
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
