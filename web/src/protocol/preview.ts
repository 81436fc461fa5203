/** What the server says of a page that it looks at for us.
 *
 *  spec: client-server-api#get_matrixclientv1mediapreview_url
 */

import type { MatrixClient } from "matrix-js-sdk";
import { fieldsOf } from "../model/fields";
import { type Link, type Picture, type Preview, previewFrom } from "../model/preview";
import { addressOf, encryptedFileOf } from "./attachment";
import { asker } from "./http";
import { fetchMedia, type Source, send } from "./media";

const CAPABILITY = "org.courtyard.link_previews";

/** Say whether the operator lets the server look at pages. */
export async function offersPreviews(client: MatrixClient): Promise<boolean> {
  const capabilities = fieldsOf(await client.getCapabilities());
  return fieldsOf(capabilities[CAPABILITY])["enabled"] === true;
}

/** Ask for the preview of an address. The server learns it, and the site sees a visit of the server. */
export async function askPreview(client: MatrixClient, link: Link): Promise<Preview | null> {
  const ask = asker(client.getAccessToken() ?? "");
  const told = await ask("GET", `/_matrix/client/v1/media/preview_url?url=${encodeURIComponent(link.href)}`);
  return previewFrom(told, link);
}

/** Return where the picture of a preview is; null for what no honest client writes. */
export function pictureSource(picture: Picture): Source | null {
  if (picture.sealed !== undefined && picture.sealed !== null) {
    const file = encryptedFileOf(picture.sealed);
    return file === null ? null : { file };
  }
  const url = addressOf(picture.url);
  return url === null ? null : { url };
}

/** Return a preview that may go into an encrypted room: its picture sealed, or without one when that fails. */
export async function sealed(client: MatrixClient, preview: Preview): Promise<Preview> {
  const source = preview.picture && pictureSource(preview.picture);
  if (!preview.picture || source === null) return { ...preview, picture: null };
  try {
    const blob = await fetchMedia(client, source, { type: preview.picture.type });
    const made = await send(client, blob, { encrypted: true });
    const file = "file" in made ? made.file : null;
    return { ...preview, picture: file && { ...preview.picture, url: undefined, sealed: file } };
  } catch {
    // The words are worth having without it.
    return { ...preview, picture: null };
  }
}
