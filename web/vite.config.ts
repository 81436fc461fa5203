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
import { chineseManifest, manifestIn } from "./build/manifest.ts";
import { precompress } from "./build/precompress.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
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
      manifest: manifestIn("en", ROOT),
      workbox: {
        globPatterns: ["**/*.{js,css,html,svg,wasm}", "manifest.*.webmanifest"],
        // What only those need who scan, call in groups, or send photos of one kind; and they do that online.
        globIgnores: ["**/zxing_reader*", "**/groupcalls*", "**/livekit*", "libheif/**"],
        maximumFileSizeToCacheInBytes: 12 * 1024 * 1024,
        importScripts: ["/notify.js"],
        navigateFallback: "/index.html",
        // The server's own pages, its API and files that are not kept are never the client's.
        navigateFallbackDenylist: [/^\/(_|licences|transparency|\.well-known|libheif\/|health$|metrics$)/],
      },
    }),
    chineseManifest(ROOT),
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
  // A busy machine takes its time: no test is about how long something takes there.
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    testTimeout: 30_000,
    setupFiles: ["build/test-setup.ts"],
  },
} as Parameters<typeof defineConfig>[0]);
