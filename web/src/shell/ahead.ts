/** Fetching what comes next, ahead of time.
 *
 *  Without it, each part is asked for by the part before: pages, Matrix, its crypto in JavaScript, then its 1.4 MB of WebAssembly.
 *  Here they all come at once. On the first page they come while people read and type.
 */
import cryptoWasm from "../../node_modules/@matrix-org/matrix-sdk-crypto-wasm/pkg/matrix_sdk_crypto_wasm_bg.wasm?url";

/** Fetch what lies behind the login: now, or as soon as the browser has nothing better to do. */
export function fetchAhead(isNow: boolean): void {
  if (isNow) fetchAll("high");
  else if ("requestIdleCallback" in window) requestIdleCallback(() => fetchAll("low"), { timeout: 2000 });
  else setTimeout(() => fetchAll("low"), 1000);
}

function fetchAll(priority: RequestPriority): void {
  // What fails here is asked for once more where it is needed, and fails there with words.
  const parts = [
    import("./Inside"),
    import("../features/chats/ChatsPage"),
    import("matrix-js-sdk/lib/rust-crypto/index.js"),
    fetch(cryptoWasm, { priority }).then((answer) => answer.arrayBuffer()),
  ];
  for (const part of parts) part.catch(() => undefined);
}
