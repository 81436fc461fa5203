import type { MatrixClient } from "matrix-js-sdk";
import type { Sticker } from "../../model/stickers";
import { fetchMedia, TooLarge, UNASKED_BYTES_MAX } from "../../protocol/media";
import { smallPicture } from "./smallPicture";
import type { Picture } from "./usePacks";

/** Return a sticker that somebody else made as a small picture of one's own, where it is larger than what is shown of stickers unasked; else
 *  null. Throws `NoPicture`.
 */
export async function smallCopy(client: MatrixClient, { url, words }: Sticker): Promise<Picture | null> {
  try {
    // What its event says of its size may be a lie.
    await fetchMedia(client, { url }, { most: UNASKED_BYTES_MAX });
    return null;
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
  }
  const whole = await fetchMedia(client, { url });
  return { ...(await smallPicture(whole)), words, name: words };
}
