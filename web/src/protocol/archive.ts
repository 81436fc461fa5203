/** Asking for the archive of one's account, and fetching it. docs/manual/archive.md */
import { type Asker, Refused, Unreachable } from "./http";

const PREFIX = "/_courtyard/conduct/v1/export";

export interface ArchivePart {
  readonly n: number;
  readonly path: string;
  readonly size_bytes: number;
  readonly downloaded: boolean;
}

export interface Archive {
  readonly id: string;
  readonly state: "requested" | "building" | "ready" | "downloaded" | "expired";
  readonly parts: readonly ArchivePart[];
  readonly expires_at?: number;
  readonly renewable_at?: number;
  readonly attempts?: number;
  readonly progress?: { readonly rooms: number; readonly rooms_total: number; readonly size_bytes: number };
}

export async function askForArchive(ask: Asker): Promise<Archive> {
  return (await ask("POST", PREFIX)) as unknown as Archive;
}

/** Return how an archive stands; null when there is none of this id any more. */
export async function archiveOf(ask: Asker, id: string): Promise<Archive | null> {
  try {
    return (await ask("GET", `${PREFIX}/${encodeURIComponent(id)}`)) as unknown as Archive;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}

/** Fetch one zip file. It can be large: `onBytes` tells how much has come. */
export async function fetchPart(
  token: string,
  part: ArchivePart,
  onBytes: (count: number) => void,
): Promise<Blob> {
  let answer: Response;
  try {
    answer = await fetch(part.path, { headers: { Authorization: `Bearer ${token}` } });
  } catch (error) {
    throw new Unreachable("The server cannot be reached.", { cause: error });
  }
  if (!answer.ok || answer.body === null) throw new Refused(answer.status, "", "", {});
  let count = 0;
  const counted = answer.body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, control) {
        count += chunk.byteLength;
        onBytes(count);
        control.enqueue(chunk);
      },
    }),
  );
  try {
    return await new Response(counted, { headers: { "Content-Type": "application/zip" } }).blob();
  } catch (error) {
    throw new Unreachable("The connection broke.", { cause: error });
  }
}
