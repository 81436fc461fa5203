/** Puts the client's modules together into few files.
 *
 *  Left to itself the bundler makes a file of whatever two pages share: a hundred of them stand between an address and its chats. Each is
 *  asked for, answered and read by itself, and a browser asks an HTTP/1.1 server for six at a time.
 */
import type { Plugin } from "vite";

/** With what it imports, all that is needed until a conversation can be read. Everything else comes when it is opened. */
const INSIDE = "/src/shell/Inside.tsx";
/** The Matrix SDK and its crypto: by far the largest part, and the one that changes least. The crypto is fetched first. */
const CRYPTO = /\/node_modules\/@matrix-org\/matrix-sdk-crypto-wasm\//;
const MATRIX = /\/node_modules\/(matrix-|sdp-transform|another-json|bs58|base-x|unhomoglyph|loglevel)/;
/** What carries group calls, and what of ours cannot be without it: for who goes into one, and nobody else. */
const GROUP_CALLS =
  /\/node_modules\/(livekit-client|@livekit|@bufbuild|webrtc-adapter|sdp|jose|ts-debounce|typed-emitter|tslib)\/|\/features\/calls\/group\/(desk|line|keys)\.ts/;
/** By their names in `groups`; and what names the crypto to the rest of the SDK. */
const EARLY = /^assets\/((crypto|inside|matrix|rust-crypto)-.+\.(js|css)|matrix_sdk_crypto_wasm.+\.wasm)$/;
const WORDS = /\/src\/locales\/.+\.json$/;

interface Graph {
  getModuleInfo: (id: string) => { importedIds: readonly string[] } | null;
}

/** Return all that a module imports, and what that imports, itself included. What is imported later, on demand, is not. */
function closure(graph: Graph, roots: readonly string[], known: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  const open = [...roots];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id) || known.has(id)) continue;
    found.add(id);
    open.push(...(graph.getModuleInfo(id)?.importedIds ?? []));
  }
  return found;
}

/** The parts, and the plugin that finds out what belongs to which: `groups` go to the bundler's `codeSplitting`. */
export function chunks(root: string) {
  let first = new Set<string>();
  let inside = new Set<string>();
  const plugin: Plugin = {
    name: "chunks",
    apply: "build",
    buildEnd() {
      first = closure(this, [`${root}/index.html`, `${root}/src/main.tsx`], new Set());
      inside = closure(this, [root + INSIDE], first);
    },
    // What `public/early.js` fetches before the first script has run: scripts, style and WebAssembly.
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const names = Object.keys(bundle ?? {}).filter((name) => EARLY.test(name));
        const list = JSON.stringify(names.sort().map((name) => `/${name}`));
        return [
          {
            tag: "script",
            attrs: { type: "application/json", id: "early" },
            children: list,
            injectTo: "head",
          },
          { tag: "script", attrs: { src: "/early.js", async: true }, injectTo: "head" },
        ];
      },
    },
  };
  const groups = [
    { name: "first", priority: 5, test: (id: string) => first.has(id) },
    { name: "crypto", priority: 5, test: CRYPTO },
    { name: "matrix", priority: 4, test: (id: string) => MATRIX.test(id) && !first.has(id) },
    { name: "inside", priority: 3, test: (id: string) => inside.has(id) },
    // What several of the later pages share, of our own and of the widgets' library.
    {
      name: "shared",
      priority: 2,
      minShareCount: 2,
      test: (id: string) =>
        /\/src\/|\/node_modules\/(react-|@react-|lucide-)/.test(id) &&
        !WORDS.test(id) &&
        !/\/calls\/group\//.test(id),
    },
    // The last: a group takes along whatever its modules import that no other one has.
    { name: "groupcalls", priority: 1, test: GROUP_CALLS },
  ];
  return { plugin, groups };
}
