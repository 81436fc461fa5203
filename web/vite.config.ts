import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { bundleReport } from "./build/bundle.ts";
import { chunks } from "./build/chunks.ts";
import { compiled } from "./build/compiled.ts";
import { emojiData } from "./build/emoji.ts";
import { libheif } from "./build/heic.ts";
import { licences } from "./build/licences.ts";
import { precompress } from "./build/precompress.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const ICON = [{ src: "/icons/icon-192.png", sizes: "192x192", type: "image/png" }];
const OUT = at("../src/courtyard/webdist");
const ROOT = at(".").replace(/\/$/, "");

const parts = chunks(ROOT);

export default defineConfig({
  plugins: [
    react(),
    compiled(),
    VitePWA({
      registerType: "prompt",
      injectRegister: false,
      manifest: {
        id: "/",
        name: "Courtyard",
        short_name: "Courtyard",
        description: "Chats, contacts and groups of your own server",
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
          { name: "New chat", url: "/chats#new", icons: ICON },
          { name: "Scan", url: "/contacts/scan", icons: ICON },
          { name: "My code", url: "/contacts/code", icons: ICON },
        ],
      },
      workbox: {
        globPatterns: ["**/*.{js,css,html,svg,wasm}"],
        // What only those need who scan, call in groups, or send photos of one kind; and they do that online.
        globIgnores: ["**/zxing_reader*", "**/groupcalls*", "**/livekit*", "libheif/**"],
        maximumFileSizeToCacheInBytes: 12 * 1024 * 1024,
        importScripts: ["/notify.js"],
        navigateFallback: "/index.html",
        // The server's own pages, its API and files that are not kept are never the client's.
        navigateFallbackDenylist: [/^\/(_|licences|transparency|\.well-known|libheif\/|health$|metrics$)/],
      },
    }),
    emojiData(),
    libheif(),
    licences(ROOT),
    parts.plugin,
    precompress(OUT, at("../.cache/web")),
    bundleReport(OUT, at("../build/web-bundle.txt")),
  ],
  build: {
    ...{ outDir: OUT, emptyOutDir: true, target: "es2022", reportCompressedSize: false, sourcemap: false },
    // The Matrix SDK is one file, and may be.
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { output: { codeSplitting: { groups: parts.groups } } },
  },
  server: { proxy: { "/_matrix": "http://127.0.0.1:8008", "/_courtyard": "http://127.0.0.1:8008" } },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
} as Parameters<typeof defineConfig>[0]);
