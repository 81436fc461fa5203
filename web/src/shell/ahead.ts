/** Fetching what comes next, ahead of time.
 *
 *  Without it, each part is asked for by the part before: pages, Matrix, its crypto in JavaScript, then its 1.4 MB of WebAssembly,
 *  which takes a phone a second to make ready. Here they come at once. On the first page they come while people read and type.
 */
import { fetchWords } from "./i18n";

/** Fetch what lies behind the login: now for somebody who is logged in, else when the first page stands there. */
export function fetchAhead(isKnown: boolean): void {
  // The longest way, and no work for the page: it is unpacked and compiled beside it. The Matrix SDK uses the same module, so it
  // finds it ready; package.json must name the version that the SDK names.
  tried(import("@matrix-org/matrix-sdk-crypto-wasm").then(({ initAsync }) => initAsync()));
  if (isKnown) scripts();
  else if ("requestIdleCallback" in window) requestIdleCallback(scripts, { timeout: 2000 });
  else setTimeout(scripts, 1000);
}

function scripts(): void {
  tried(import("./Inside"));
  tried(fetchWords());
}

/** What fails here fails once more where it is needed, and there with words and a way to try again. */
function tried(part: Promise<unknown>): void {
  part.catch(() => undefined);
}
