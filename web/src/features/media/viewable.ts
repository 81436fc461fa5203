/** Pictures that other clients sent in a form which not every browser opens. */
import { HEAD_BYTES, isHeic } from "../../model/heic";
import { openHeic } from "../../protocol/heic";
import { drawn, isTransparent } from "./picture";

/** Enough for a screen, and to look at closely. */
const SIDE_MAX = 4_096;

/** Return a picture as every browser shows it. */
export async function viewable(picture: Blob): Promise<Blob> {
  if (!isHeic(new Uint8Array(await picture.slice(0, HEAD_BYTES).arrayBuffer()))) return picture;
  const bitmap = await openHeic(picture);
  try {
    const type = isTransparent(bitmap) ? "image/png" : "image/jpeg";
    return (await drawn(bitmap, SIDE_MAX, type, 0.92)).blob;
  } finally {
    bitmap.close();
  }
}
