/** Pictures that only who is logged in may see: fetched with the session, shown from memory. */
import type { MatrixClient } from "matrix-js-sdk";
import { useEffect, useState } from "react";
import { useClient } from "./client";

/** By address and size. What cannot be had is not asked for again before the next page. */
const known = new Map<string, Promise<string | null>>();

/** Return the address of a picture of a person or room, when it is there; `size` in pixels of the page. */
export function usePicture(mxc: string | null | undefined, size = 50): string | null {
  const client = useClient();
  const [src, setSrc] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    setSrc(null);
    if (mxc)
      void pictureOf(client, mxc, size).then((made) => {
        if (!gone) setSrc(made);
      });
    return () => {
      gone = true;
    };
  }, [client, mxc, size]);
  return src;
}

function pictureOf(client: MatrixClient, mxc: string, size: number): Promise<string | null> {
  const pixels = Math.ceil(size * Math.min(3, devicePixelRatio));
  const key = `${mxc} ${pixels}`;
  const made = known.get(key) ?? fetched(client, mxc, pixels);
  known.set(key, made);
  return made;
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
