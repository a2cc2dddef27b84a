import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The JavaScript with which a room opens, gzipped, in kilobytes of 1,000 bytes; and the offer's editor beside it. */
const ROOM_BUDGET_KB = 110;
const EDITOR_BUDGET_KB = 8;

/** Loaded when it is opened: not part of the room's budget. */
const EDITOR = "src/room/components/OfferEditor.tsx";
const BOARD = "src/board/Board.tsx";

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
      const visit = (key: string, board = false, asked = ""): void => {
        const chunk = manifest[key];
        const later = (key === BOARD || key === EDITOR) && key !== asked;
        if (!chunk || files.has(chunk.file) || later) return;
        if (key.startsWith("src/i18n/")) {
          // One language is loaded, so the largest counts.
          language = Math.max(language, gzipSync(readFileSync(join(directory, chunk.file))).length);
          return;
        }
        files.set(chunk.file, gzipSync(readFileSync(join(directory, chunk.file))).length);
        // Of the editor only what it always needs: its languages and exports come one by one.
        for (const next of [...(chunk.imports ?? []), ...(board ? [] : (chunk.dynamicImports ?? []))]) {
          visit(next, board);
        }
      };
      const sum = (): number => [...files.values()].reduce((all, size) => all + size, language) / 1000;
      visit("src/room/main.tsx");
      visit("src/site.ts");
      const total = sum();
      visit(EDITOR, false, EDITOR);
      const editor = sum() - total;
      visit(BOARD, true, BOARD);
      const board = sum() - editor - total;
      this.info(`room JavaScript: ${total.toFixed(1)} kB gzip of ${ROOM_BUDGET_KB} kB`);
      this.info(`offer editor, beside it: ${editor.toFixed(1)} kB gzip of ${EDITOR_BUDGET_KB} kB`);
      this.info(`board, beside it: ${board.toFixed(1)} kB gzip`);
      if (total > ROOM_BUDGET_KB) this.error(`the room's JavaScript is ${total.toFixed(1)} kB gzip`);
      if (editor > EDITOR_BUDGET_KB) this.error(`the offer editor is ${editor.toFixed(1)} kB gzip`);
    },
  };
}

/**
 * Everything written for React, the board's editor included, runs on Preact: with react-dom the room was at 109 kB, with
 * this at 51. `tsc` still holds us to React's own types.
 */
const PREACT = [
  { find: /^react(-dom)?$/, replacement: "preact/compat" },
  { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
  { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
];

/**
 * Excalidraw's typefaces come from this site, and from nowhere else: without this each of them would be asked of a CDN
 * as well. Fails the build when the editor's code is not as it was, so that no raise of its version brings that back.
 */
function boardAssets(): Plugin {
  const fallback = /[\w$]+\.push\(new URL\([\w$]+,[\w$]+\.ASSETS_FALLBACK_URL\)\),/;
  let removed = 0;
  return {
    name: "board-assets",
    apply: "build",
    transform(code, id) {
      if (!id.includes("@excalidraw/excalidraw/dist/") || !code.includes("ASSETS_FALLBACK_URL")) return null;
      if (!fallback.test(code)) this.error("Excalidraw's second source of typefaces is not where it was");
      removed += 1;
      return { code: code.replace(fallback, "").replaceAll("https://esm.sh/", "/"), map: null };
    },
    generateBundle() {
      if (removed !== 1) this.error(`Excalidraw's second source of typefaces was found ${removed} times`);
    },
    writeBundle(options) {
      const fonts = join(options.dir ?? "dist", "board", "fonts");
      cpSync("node_modules/@excalidraw/excalidraw/dist/prod/fonts", fonts, {
        recursive: true,
        // Its licence is not permissive, and only exports on a server use it.
        filter: (source) => !source.includes("Liberation"),
      });
      if (!existsSync(join(fonts, "Xiaolai"))) this.error("Excalidraw's typefaces are not where they were");
    },
  };
}

/** htmx can run text as code; our content security policy forbids it, so the place where it would is taken out. */
function withoutEval(): Plugin {
  return {
    name: "without-eval",
    transform(code, id) {
      if (!id.includes("/htmx.org/")) return null;
      const changed = code.replace("return eval(str)", 'throw new Error("not here")');
      if (changed === code) this.error("htmx does not say `return eval(str)` any more");
      return { code: changed, map: null };
    },
  };
}

export default defineConfig({
  base: "/static/",
  resolve: { alias: PREACT },
  plugins: [react(), tailwindcss(), boardAssets(), roomBudget(), withoutEval()],
  build: {
    outDir: "dist",
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        site: "src/site.ts",
        room: "src/room/main.tsx",
        thread: "src/thread/main.ts",
        desk: "src/desk/main.ts",
      },
    },
  },
  server: { port: 5173, strictPort: true },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
