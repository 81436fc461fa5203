/** Pictures that other clients sent in a form which not every browser opens. */
import { holdsHeic, openHeic } from "../../protocol/heic";
import { drawn, isTransparent } from "./picture";

/** Enough for a screen, and to look at closely. */
const SIDE_MAX = 4_096;

/** Return a picture as every browser shows it. */
export async function viewable(picture: Blob): Promise<Blob> {
  if (!(await holdsHeic(picture))) return picture;
  const bitmap = await openHeic(picture);
  try {
    const type = isTransparent(bitmap) ? "image/png" : "image/jpeg";
    return (await drawn(bitmap, SIDE_MAX, type, 0.92)).blob;
  } finally {
    bitmap.close();
  }
}
