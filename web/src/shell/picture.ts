/** Pictures that only who is logged in may see: fetched with the session, shown from memory. */
import type { MatrixClient } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import { useClient } from "./client";

/** By address and size, for one client. What could not be had is asked for again by whoever shows it next. */
const known = new Map<string, Promise<string | null>>();
let owner: MatrixClient | null = null;

/** Return the address of a picture of a person or room, when it is there; `size` in pixels of the page.
 *
 *  The SDK hands on whatever stands in a profile: what is no text is no picture.
 */
export function usePicture(mxc: string | null | undefined, size = 50): string | null {
  const client = useClient();
  const [src, setSrc] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    function show(): void {
      window.removeEventListener("online", show);
      if (typeof mxc !== "string" || mxc === "") return;
      void pictureOf(client, mxc, size).then((made) => {
        if (gone) return;
        setSrc(made);
        if (made === null) window.addEventListener("online", show);
      });
    }
    setSrc(null);
    show();
    return () => {
      gone = true;
      window.removeEventListener("online", show);
    };
  }, [client, mxc, size]);
  return src;
}

function pictureOf(client: MatrixClient, mxc: string, size: number): Promise<string | null> {
  const pixels = Math.ceil(size * Math.min(3, devicePixelRatio));
  const key = `${mxc} ${pixels}`;
  // What one account may see is not another one's.
  if (owner !== client) forget();
  owner = client;
  const had = known.get(key);
  if (had !== undefined) return had;
  const made = fetched(client, mxc, pixels);
  known.set(key, made);
  void made.then((src) => {
    if (src === null && known.get(key) === made) known.delete(key);
  });
  return made;
}

function forget(): void {
  for (const made of known.values()) void made.then((src) => src !== null && URL.revokeObjectURL(src));
  known.clear();
}

async function fetched(client: MatrixClient, mxc: string, pixels: number): Promise<string | null> {
  const address = client.mxcUrlToHttp(mxc, pixels, pixels, "crop", false, true, true);
  if (address === null) return null;
  try {
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${client.getAccessToken()}` } });
    return answer.ok ? URL.createObjectURL(await answer.blob()) : null;
  } catch {
    return null;
  }
}
