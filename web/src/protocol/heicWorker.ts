/** Opens one HEIC picture in a thread of its own, which can be ended at any time.
 *
 *  libheif lies beside the client as it was published, and is fetched when there is such a picture: whoever runs the server
 *  may put another one in its place (docs/decisions/0019-heic.md).
 */
import { pngOf } from "../model/png";
import type { Answer } from "./heic";
import { type Libheif, opened, TooLarge } from "./libheif";

/** What a thread of this kind has: the types at hand are those of a page. */
interface Thread {
  importScripts(address: string): void;
  postMessage(answer: Answer, moved: Transferable[]): void;
  onmessage: ((asked: MessageEvent<Blob>) => void) | null;
  /** What the script of libheif leaves behind. */
  libheif(options: Readonly<Record<string, unknown>>): Libheif;
}

const FOLDER = "/libheif";
const thread = globalThis as unknown as Thread;

thread.onmessage = ({ data }) => void answer(data);

async function answer(file: Blob): Promise<void> {
  let heif: Libheif;
  try {
    heif = await started();
  } catch (error) {
    return thread.postMessage({ why: error instanceof None ? "none" : "away" }, []);
  }
  thread.postMessage({ begun: true }, []);
  try {
    const png = pngOf(opened(heif, new Uint8Array(await file.arrayBuffer())));
    const bitmap = await createImageBitmap(new Blob([png], { type: "image/png" }));
    thread.postMessage({ bitmap }, [bitmap]);
  } catch (error) {
    thread.postMessage({ why: error instanceof TooLarge ? "large" : "broken" }, []);
  }
}

/** Whoever runs the server has taken it away. */
class None extends Error {}

async function started(): Promise<Libheif> {
  const code = await fetch(`${FOLDER}/libheif.wasm`);
  if (code.status === 404) throw new None("no libheif here");
  if (!code.ok) throw new Error("no libheif now");
  const wasmBinary = await code.arrayBuffer();
  thread.importScripts(`${FOLDER}/libheif.js`);
  const silent = () => undefined;
  return thread.libheif({ wasmBinary, print: silent, printErr: silent });
}
