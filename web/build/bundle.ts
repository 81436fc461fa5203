/** Says how large the client has become: every file by its size as it is sent, what comes before the login, and what before the chats. */
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

/** What a browser may fetch before anybody has logged in: kB of JavaScript, gzip. */
const BEFORE_LOGIN_KB_MAX = 180;
/** What it may fetch until the chats can be read. What only calls, or other rare things, are made of would show here. */
const BEFORE_CHATS_KB_MAX = 620;

interface Sizes {
  readonly name: string;
  readonly raw: number;
  readonly gz: number;
  readonly br: number;
}

/** Write the report to `path` when everything lies compressed in `folder`. A start that is too large ends the build. */
export function bundleReport(folder: string, path: string): Plugin {
  const first = new Set<string>();
  const inside = new Set<string>();
  const markOf = (name: string) => (first.has(name) ? "*" : inside.has(name) ? "+" : " ");
  return {
    name: "bundle-report",
    apply: "build",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
      const follow = (name: string, found: Set<string>): void => {
        if (found.has(name)) return;
        found.add(name);
        for (const imported of byName.get(name)?.imports ?? []) follow(imported, found);
      };
      for (const chunk of chunks) {
        if (chunk.isEntry) follow(chunk.fileName, first);
        if (chunk.isEntry || chunk.name === "inside") follow(chunk.fileName, inside);
      }
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
        const kbOf = (names: ReadonlySet<string>) =>
          files.filter((file) => names.has(file.name)).reduce((sum, file) => sum + file.gz, 0) / 1000;
        const budgets = [
          { what: "before the login", kb: kbOf(first), max: BEFORE_LOGIN_KB_MAX },
          { what: "before the chats", kb: kbOf(inside), max: BEFORE_CHATS_KB_MAX },
        ];
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, `${report(files, budgets, markOf)}\n`);
        const missed = budgets.find(({ kb, max }) => kb > max);
        if (missed !== undefined) {
          const { what, kb, max } = missed;
          this.error(`${kb.toFixed(0)} kB of JavaScript ${what}, ${max} are allowed: ${path}`);
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

interface Budget {
  readonly what: string;
  readonly kb: number;
  readonly max: number;
}

function report(
  files: readonly Sizes[],
  budgets: readonly Budget[],
  markOf: (name: string) => string,
): string {
  const kb = (bytes: number) => (bytes / 1000).toFixed(1).padStart(10);
  return [
    ...budgets.map((one) => `JavaScript ${one.what}: ${one.kb.toFixed(1)} kB gzip (≤ ${one.max})`),
    "",
    `${"kB".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}`,
    ...files.map(({ name, raw, gz, br }) => `${kb(raw)}${kb(gz)}${kb(br)}  ${markOf(name)} ${name}`),
    "",
    "* before the login, + before the chats",
  ].join("\n");
}
