/** Fetching what comes next, ahead of time.
 *
 *  Without it, each part is asked for by the part before: pages, Matrix, its crypto in JavaScript, then its 1.4 MB of WebAssembly.
 *  Here they come at once. On the first page they come while people read and type.
 */
import cryptoWasm from "../../node_modules/@matrix-org/matrix-sdk-crypto-wasm/pkg/matrix_sdk_crypto_wasm_bg.wasm?url";

/** Fetch what lies behind the login: now for somebody who is logged in, else as soon as the browser has nothing better to do. */
export function fetchAhead(isKnown: boolean): void {
  if (isKnown) scripts();
  else if ("requestIdleCallback" in window) requestIdleCallback(everything, { timeout: 2000 });
  else setTimeout(everything, 1000);
}

function scripts(): void {
  tried(import("./Inside"));
  tried(import("../features/chats/ChatsPage"));
  tried(import("matrix-js-sdk/lib/rust-crypto/index.js"));
}

function everything(): void {
  scripts();
  // For the browser's own store alone. Whoever has been here has it there, and unpacking it twice would cost more than it saves.
  tried(fetch(cryptoWasm, { priority: "low" }).then((answer) => answer.arrayBuffer()));
}

/** What fails here is asked for once more where it is needed, and fails there with words. */
function tried(part: Promise<unknown>): void {
  part.catch(() => undefined);
}
