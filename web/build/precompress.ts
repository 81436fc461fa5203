/** Compresses what the server sends, once and as small as it gets: it never compresses by itself.
 *
 *  The Rust crypto alone takes half a minute, so its result is kept by its hash.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(js|css|html|svg|json|webmanifest|wasm|txt)$/;
const SMALL = 512;
const squeeze = { br: brotli, gz: promisify(gzip) };

async function brotli(bytes: Buffer): Promise<Buffer> {
  return promisify(brotliCompress)(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
}

/** Write `name.br` and `name.gz` beside each file that gets smaller. */
export function precompress(folder: string, cache: string): Plugin {
  return {
    name: "precompress",
    apply: "build",
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        await mkdir(cache, { recursive: true });
        const names = (await readdir(folder, { recursive: true })).filter((name) => TEXT.test(name));
        await Promise.all(names.map((name) => both(join(folder, name), cache)));
      },
    },
  };
}

async function both(path: string, cache: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < SMALL) return;
  const hash = createHash("sha256").update(bytes).digest("hex");
  for (const [ending, make] of Object.entries(squeeze)) {
    const kept = join(cache, `${hash}.${ending}`);
    const small = await readFile(kept).catch(() => null);
    const made = small ?? (await make(bytes));
    if (small === null) await writeFile(kept, made);
    if (made.length < bytes.length) await writeFile(`${path}.${ending}`, made);
  }
}
