/** What a browser installs the client by: one app, which has its name and its shortcuts in each language. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import type { ManifestOptions } from "vite-plugin-pwa";

type Language = "en" | "zh-CN";

const DESCRIPTIONS: Readonly<Record<Language, string>> = {
  en: "Chats, contacts and groups of your own server",
  "zh-CN": "聊天、联系人和群，都在你自己的服务器上",
};

const ICON = [{ src: "/icons/icon-192.png", sizes: "192x192", type: "image/png" }];

/** Return the manifest in a language, in the words that the client itself has for these places. */
export function manifestIn(language: Language, root: string): Partial<ManifestOptions> {
  const word = (section: string, key: string): string => {
    const words = JSON.parse(readFileSync(join(root, `src/locales/${language}/${section}.json`), "utf8"));
    return words[key];
  };
  const name = word("app", "name");
  return {
    // The same in every language: whoever changes it has one app still.
    id: "/",
    lang: language,
    dir: "ltr",
    name,
    short_name: name,
    description: DESCRIPTIONS[language],
    categories: ["social", "communication"],
    start_url: "/",
    scope: "/",
    display: "standalone",
    display_override: ["standalone", "minimal-ui"],
    background_color: "#f6f5f1",
    theme_color: "#f6f5f1",
    icons: [
      { src: "/icons/icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
      { src: "/icons/icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
      { src: "/icons/maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
      { src: "/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
    ],
    screenshots: [
      { src: "/screenshots/phone.png", sizes: "390x844", type: "image/png", form_factor: "narrow" },
      { src: "/screenshots/desk.png", sizes: "1280x800", type: "image/png", form_factor: "wide" },
    ],
    shortcuts: [
      { name: word("chats", "new"), url: "/chats#new", icons: ICON },
      { name: word("contacts", "scan"), url: "/contacts/scan", icons: ICON },
      { name: word("contacts", "my_code"), url: "/contacts/code", icons: ICON },
    ],
  };
}

/** Emit the Chinese one beside the one that the page names; `src/shell/i18n.ts` has the page name the reader's. */
export function chineseManifest(root: string): Plugin {
  return {
    name: "chinese-manifest",
    apply: "build",
    generateBundle() {
      const source = JSON.stringify(manifestIn("zh-CN", root));
      this.emitFile({ type: "asset", fileName: "manifest.zh-CN.webmanifest", source });
    },
  };
}
