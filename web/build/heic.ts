/** Puts libheif beside the client, file by file as it was published, with its licence: docs/decisions/0019-heic.md says why. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const FROM = "libheif-js/libheif-wasm";
/** As they lie in the package, and as they are served. */
const FILES: ReadonlyMap<string, string> = new Map([
  ["libheif.js", "libheif.js"],
  ["libheif.wasm", "libheif.wasm"],
  ["LICENSE", "LICENSE.txt"],
]);

/** What libheif's licence asks to be said with each copy. */
const NOTICE = `This folder holds libheif, a library that opens HEIC and HEIF pictures, with libde265, which it uses.
Courtyard's web client fetches it when somebody chooses or looks at such a picture and the browser cannot open it.

libheif and libde265 are free software of their authors (Dirk Farin, struktur AG and others), under the
GNU Lesser General Public License, version 3 or later. LICENSE.txt has it whole, with the GNU General Public
License that it refers to. Courtyard itself is under the Apache License 2.0.

The files are those of the npm package libheif-js VERSION, unchanged:
    libheif.js, libheif.wasm    https://www.npmjs.com/package/libheif-js/v/VERSION
Their source:
    libheif VERSION              https://github.com/strukturag/libheif
    libde265 1.0.15             https://github.com/strukturag/libde265
    how they are built          https://github.com/catdad-experiments/libheif-emscripten

Another version may stand in their place: put its libheif.js and libheif.wasm here under these names, remove
the compressed forms beside them (.br, .gz), and start the server again. Without these files Courtyard sends
such pictures as files, unopened.
`;

/** Emit `libheif/…`, where `src/protocol/heicWorker.ts` looks for it. */
export function libheif(): Plugin {
  const { resolve } = createRequire(import.meta.url);
  return {
    name: "libheif",
    apply: "build",
    async generateBundle() {
      for (const [held, served] of FILES) {
        const source = await readFile(resolve(`${FROM}/${held}`));
        this.emitFile({ type: "asset", fileName: `libheif/${served}`, source });
      }
      const { version } = JSON.parse(await readFile(resolve("libheif-js/package.json"), "utf8")) as {
        version: string;
      };
      const source = NOTICE.replaceAll("VERSION", version);
      this.emitFile({ type: "asset", fileName: "libheif/README.txt", source });
    },
  };
}
