/** Opening HEIC pictures where the browser cannot: a part of its own, fetched when there is one. Nothing of it leaves the device. */

import { HEAD_BYTES, isHeic } from "../model/heic";

/** Why one is not opened: this server has nothing that opens it; that did not come; the picture is larger, or takes longer, than is
 *  sensible; it is broken, or of an unknown kind.
 */
export type Why = "none" | "away" | "large" | "broken";

/** What the thread says: that it has begun with the picture, and how it ended. */
export type Answer = { readonly begun: true } | { readonly bitmap: ImageBitmap } | { readonly why: Why };

export class Unopened extends Error {
  constructor(readonly why: Why) {
    super(`not opened: ${why}`);
  }
}

/** Ten times what a phone writes. */
export const BYTES_MAX = 50_000_000;
export const FETCH_MAX_MS = 120_000;
export const TIME_MAX_MS = 60_000;

/** Say whether a file is a HEIC picture: by its bytes. */
export async function holdsHeic(file: Blob): Promise<boolean> {
  return isHeic(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
}

/** Return a HEIC picture, upright. Throws `Unopened`. */
export async function openHeic(file: Blob): Promise<ImageBitmap> {
  try {
    // Some browsers can.
    return await createImageBitmap(file);
  } catch {
    if (file.size > BYTES_MAX) throw new Unopened("large");
    return await inThread(file);
  }
}

/** Each picture has its own thread, and its own memory: a hostile one spoils nothing but itself. */
function inThread(file: Blob): Promise<ImageBitmap> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL("./heicWorker.ts", import.meta.url));
    let timer = setTimeout(fail, FETCH_MAX_MS, "away");
    function done(): void {
      clearTimeout(timer);
      thread.terminate();
    }
    function fail(why: Why): void {
      done();
      reject(new Unopened(why));
    }
    thread.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ("bitmap" in data) {
        done();
        resolve(data.bitmap);
      } else if ("why" in data) fail(data.why);
      else {
        clearTimeout(timer);
        timer = setTimeout(fail, TIME_MAX_MS, "large");
      }
    };
    // The thread itself did not come.
    thread.onerror = (event) => {
      event.preventDefault();
      fail("away");
    };
    thread.postMessage(file);
  });
}
