import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";
import { bundleReport } from "./build/bundle.ts";
import { chunks } from "./build/chunks.ts";
import { emojiData } from "./build/emoji.ts";
import { precompress } from "./build/precompress.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const OUT = at("../src/courtyard/webdist");

const parts = chunks(at(".").replace(/\/$/, ""));

export default defineConfig({
  plugins: [
    react(),
    VitePWA({
      registerType: "prompt",
      injectRegister: false,
      manifest: {
        id: "/",
        name: "Courtyard",
        short_name: "Courtyard",
        start_url: "/",
        display: "standalone",
        background_color: "#f6f5f1",
        theme_color: "#f6f5f1",
        icons: [{ src: "/icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" }],
      },
      workbox: {
        globPatterns: ["**/*.{js,css,html,svg,wasm}"],
        // A megabyte that only those need who scan; and whom they find, they find online.
        globIgnores: ["**/zxing_reader*"],
        maximumFileSizeToCacheInBytes: 12 * 1024 * 1024,
        navigateFallback: "/index.html",
        // The server's own pages and its API are never the client's.
        navigateFallbackDenylist: [/^\/_/, /^\/transparency/, /^\/\.well-known/],
      },
    }),
    emojiData(),
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
