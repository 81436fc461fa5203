/** Says how large the client has become: every file by its size as it is sent, and what comes before the login. */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

/** What a browser may fetch before anybody has logged in: kB of JavaScript, gzip. */
const BEFORE_LOGIN_KB_MAX = 180;

interface Sizes {
  readonly name: string;
  readonly raw: number;
  readonly gz: number;
  readonly br: number;
}

/** Write the report to `path` when everything lies compressed in `folder`. A first page that is too large ends the build. */
export function bundleReport(folder: string, path: string): Plugin {
  const first = new Set<string>();
  return {
    name: "bundle-report",
    apply: "build",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      const follow = (name: string): void => {
        if (first.has(name)) return;
        first.add(name);
        for (const imported of byName.get(name)?.imports ?? []) follow(imported);
      };
      for (const chunk of chunks) if (chunk.isEntry) follow(chunk.fileName);
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        const names = (await readdir(folder, { recursive: true })).filter((name) =>
          /\.(js|css|wasm)$/.test(name),
        );
        const files = await Promise.all(names.map((name) => sizesOf(folder, name)));
        files.sort((a, b) => b.br - a.br || (a.name < b.name ? -1 : 1));
        const before =
          files.filter((file) => first.has(file.name)).reduce((sum, file) => sum + file.gz, 0) / 1000;
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, `${report(files, first, before)}\n`);
        if (before > BEFORE_LOGIN_KB_MAX) {
          this.error(
            `${before.toFixed(0)} kB of JavaScript before the login, ${BEFORE_LOGIN_KB_MAX} are allowed: ${path}`,
          );
        }
      },
    },
  };
}

async function sizesOf(folder: string, name: string): Promise<Sizes> {
  const raw = (await readFile(join(folder, name))).length;
  // What is small is sent as it is.
  const packed = (ending: string) =>
    stat(join(folder, name + ending)).then(
      ({ size }) => size,
      () => raw,
    );
  return { name, raw, gz: await packed(".gz"), br: await packed(".br") };
}

function report(files: readonly Sizes[], first: ReadonlySet<string>, before: number): string {
  const kb = (bytes: number) => (bytes / 1000).toFixed(1).padStart(10);
  return [
    `JavaScript before the login: ${before.toFixed(1)} kB gzip (≤ ${BEFORE_LOGIN_KB_MAX})`,
    "",
    `${"kB".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}`,
    ...files.map(
      ({ name, raw, gz, br }) => `${kb(raw)}${kb(gz)}${kb(br)}  ${first.has(name) ? "*" : " "} ${name}`,
    ),
    "",
    "* before the login",
  ].join("\n");
}
