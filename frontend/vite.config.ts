import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The room's JavaScript in total, gzipped, in kilobytes of 1,000 bytes. */
const ROOM_BUDGET_KB = 110;

type Manifest = Record<string, { file: string; imports?: string[]; dynamicImports?: string[] }>;

/** Adds up what a visit to the room loads, prints it, and fails the build beyond the budget. */
function roomBudget(): Plugin {
  return {
    name: "room-budget",
    apply: "build",
    writeBundle(options) {
      const directory = options.dir ?? "dist";
      const manifest = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8")) as Manifest;
      const files = new Map<string, number>();
      let language = 0;
      const visit = (key: string): void => {
        const chunk = manifest[key];
        if (!chunk || files.has(chunk.file)) return;
        if (key.startsWith("src/i18n/")) {
          // One language is loaded, so the largest counts.
          language = Math.max(language, gzipSync(readFileSync(join(directory, chunk.file))).length);
          return;
        }
        files.set(chunk.file, gzipSync(readFileSync(join(directory, chunk.file))).length);
        for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) visit(next);
      };
      visit("src/room/main.tsx");
      visit("src/site.ts");
      const total = [...files.values()].reduce((sum, size) => sum + size, language) / 1000;
      this.info(`room JavaScript: ${total.toFixed(1)} kB gzip of ${ROOM_BUDGET_KB} kB`);
      if (total > ROOM_BUDGET_KB) this.error(`the room's JavaScript is ${total.toFixed(1)} kB gzip`);
    },
  };
}

export default defineConfig({
  base: "/static/",
  plugins: [react(), tailwindcss(), roomBudget()],
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { site: "src/site.ts", room: "src/room/main.tsx", thread: "src/thread/main.ts" },
    },
  },
  server: { port: 5173, strictPort: true },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
