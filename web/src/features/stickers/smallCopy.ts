import type { MatrixClient } from "matrix-js-sdk";
import type { Sticker } from "../../model/stickers";
import { Refused } from "../../protocol/http";
import { fetchMedia, TooLarge, UNASKED_BYTES_MAX } from "../../protocol/media";
import { smallPicture } from "./smallPicture";
import type { Picture } from "./usePacks";

/** What is larger is not opened: no sticker needs it, and its pixels alone would take more room than many a phone gives a page. */
const BYTES_MAX = 20_000_000;
const PIXELS_MAX = 8_192 * 8_192;

/** Return a sticker that somebody else made as a small picture of one's own, where it is larger than what is shown of stickers unasked; else
 *  null. Throws `NoPicture`, or `TooLarge`.
 */
export async function smallCopy(client: MatrixClient, { url, words }: Sticker): Promise<Picture | null> {
  try {
    // What its event says of its size may be a lie.
    await fetchMedia(client, { url }, { most: UNASKED_BYTES_MAX });
    return null;
  } catch (error) {
    // Its file is gone, or not here yet: its place is kept.
    if (error instanceof Refused && error.status === 404) return null;
    if (!(error instanceof TooLarge)) throw error;
  }
  const whole = await fetchMedia(client, { url }, { most: BYTES_MAX });
  if ((await pixelsIn(whole)) > PIXELS_MAX) throw new TooLarge("too many pixels");
  return { ...(await smallPicture(whole)), words, name: words };
}

/** Return how many pixels a picture has: a browser reads that at its beginning, and draws none of them before they are shown. 0: it is none. */
async function pixelsIn(file: Blob): Promise<number> {
  const picture = new Image();
  const address = URL.createObjectURL(file);
  const isRead = await new Promise<boolean>((resolve) => {
    picture.onload = () => resolve(true);
    picture.onerror = () => resolve(false);
    picture.src = address;
  });
  URL.revokeObjectURL(address);
  return isRead ? picture.naturalWidth * picture.naturalHeight : 0;
}
