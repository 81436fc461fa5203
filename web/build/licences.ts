/** Tells whose work the client brings along: their licences ask that this goes with each copy. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Plugin } from "vite";

/** What is not among the modules of the client: the worker that keeps its files, and what is put beside it (`emoji.ts`). */
const OTHERS = ["workbox-core", "workbox-precaching", "workbox-routing", "emojibase-data"] as const;
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const TEXT = /^(licen[cs]e|copying|notice)/i;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
}

/** Emit `licences.txt`: every package, its version, its licence and the words that it comes with. */
export function licences(root: string): Plugin {
  return {
    name: "licences",
    apply: "build",
    async generateBundle(_options, bundle) {
      const folders = new Set(OTHERS.map((name) => join(root, "node_modules", name)));
      for (const file of Object.values(bundle)) {
        if (file.type !== "chunk") continue;
        for (const id of file.moduleIds) {
          const folder = PACKAGE.exec(id)?.[0];
          if (folder !== undefined) folders.add(folder.replace(/^\0/, ""));
        }
      }
      const told = await Promise.all([...folders].map(tell));
      const source = [...new Set(told)].sort().join(`\n${"-".repeat(80)}\n\n`);
      this.emitFile({ type: "asset", fileName: "licences.txt", source });
    },
  };
}

async function tell(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as Manifest;
  if (manifest.license === undefined) throw new Error(`${folder} does not say under which licence it is`);
  const names = (await readdir(folder)).filter((name) => TEXT.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const { author } = manifest;
  const by = typeof author === "string" ? author : author?.name;
  const head = `${manifest.name} ${manifest.version}, ${manifest.license}${by ? `, by ${by}` : ""}`;
  return [head, ...texts.map((text) => text.trim())].join("\n\n").concat("\n");
}
