/** Files on their way up, kept on this device: a phone that ends the page does not take them along.
 *
 *  With the session they go: `forgetHere` of protocol/login.ts takes the whole of it away. A browser that keeps nothing (a private window, no
 *  place left) changes nothing but that.
 */
import type { Content } from "../../model/timeline";
import { KEPT_UPLOADS } from "../../protocol/login";
import type { Drawn } from "./picture";

export interface KeptUpload {
  readonly id: string;
  /** Whose it is. */
  readonly owner: string;
  readonly roomId: string;
  readonly threadId: string | null;
  readonly at: number;
  readonly content: Content;
  readonly blob: Blob;
  readonly name: string;
  readonly thumbnail: Drawn | null;
}

const STORE = "uploads";

/** Says whether it is kept. */
export async function keepUpload(upload: KeptUpload): Promise<boolean> {
  return (await inStore("readwrite", (store) => store.put(upload))) !== null;
}

export async function dropUpload(id: string): Promise<void> {
  await inStore("readwrite", (store) => store.delete(id));
}

/** Return those of an account, in the order in which they were sent off. */
export async function keptUploads(owner: string): Promise<KeptUpload[]> {
  const kept = (await inStore("readonly", (store) => store.getAll() as IDBRequest<KeptUpload[]>)) ?? [];
  return kept.filter((one) => one.owner === owner).sort((one, other) => one.at - other.at);
}

/** Do one thing and close: what stays open cannot be taken away. Null: this browser keeps nothing. */
async function inStore<T>(
  mode: IDBTransactionMode,
  deed: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | null> {
  let base: IDBDatabase | null = null;
  try {
    base = await opened();
    const going = base.transaction(STORE, mode);
    const asked = deed(going.objectStore(STORE));
    await new Promise<void>((resolve, reject) => {
      going.oncomplete = () => resolve();
      going.onabort = () => reject(going.error);
    });
    return asked.result;
  } catch {
    return null;
  } finally {
    base?.close();
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(KEPT_UPLOADS, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
