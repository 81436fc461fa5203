/** Builds the page that is measured, from the client's own source: node bench/build.ts OUT. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { build } from "vite";
import { compiled } from "../build/compiled.ts";

await build({
  root: fileURLToPath(new URL(".", import.meta.url)),
  configFile: false,
  logLevel: "warn",
  plugins: [react(), compiled()],
  build: { outDir: process.argv[2] ?? "out", emptyOutDir: true, target: "es2022" },
});
