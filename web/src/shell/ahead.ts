/** Fetching what comes next, ahead of time.
 *
 *  Without it, each part is asked for by the part before: pages, Matrix, its crypto in JavaScript, then its 1.4 MB of WebAssembly,
 *  which takes a phone a second to make ready. Here they come at once: for somebody who is signed in when the app starts, for others when
 *  they choose a way in, while they type. Who only looks at the first page fetches no script of what lies behind it.
 */
import { fetchWords } from "./i18n";

/** Fetch and make ready what lies behind the login. Done twice, the second time finds it there. */
export function fetchAhead(): void {
  // The longest way, and no work for the page: it is unpacked and compiled beside it. The Matrix SDK uses the same module, so it
  // finds it ready; package.json must name the version that the SDK names.
  tried(import("@matrix-org/matrix-sdk-crypto-wasm").then(({ initAsync }) => initAsync()));
  tried(import("./Inside"));
  tried(fetchWords());
}

/** What fails here fails once more where it is needed, and there with words and a way to try again. */
function tried(part: Promise<unknown>): void {
  part.catch(() => undefined);
}
