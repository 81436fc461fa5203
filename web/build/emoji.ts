/** Puts the data of the emoji picker among our own files: by itself it would ask a server that is not ours. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Plugin } from "vite";

const LOCALES = ["en", "zh"];
const FILES = ["data.json", "messages.json"];

/** Emit `emoji/<locale>/<file>`, where `EmojiTool` has the picker look. */
export function emojiData(): Plugin {
  const { resolve } = createRequire(import.meta.url);
  return {
    name: "emoji-data",
    apply: "build",
    async generateBundle() {
      for (const locale of LOCALES) {
        for (const file of FILES) {
          const source = await readFile(resolve(`emojibase-data/${locale}/${file}`));
          this.emitFile({ type: "asset", fileName: `emoji/${locale}/${file}`, source });
        }
      }
    },
  };
}
