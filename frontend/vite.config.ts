import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The JavaScript of the room, gzipped, in kilobytes of 1,000 bytes, whenever it is loaded. */
const ROOM_BUDGET_KB = 110;

/** Beside it: the board's editor, the names of the emoji, of which one language is loaded, and those of rare units. */
const BOARD = "src/board/island.ts";
const EMOJI = "virtual:emoji/";
const UNITS = "virtual:units";

type Chunk = { file: string; isEntry?: boolean; imports?: string[]; dynamicImports?: string[] };

/** Adds up what a visit to the room can load, prints it, and fails the build beyond the budget. */
function roomBudget(): Plugin {
  return {
    name: "room-budget",
    apply: "build",
    writeBundle(options) {
      const directory = options.dir ?? "dist";
      const manifest = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8")) as Record<
        string,
        Chunk
      >;
      const size = (key: string): number => {
        const file = manifest[key]?.file;
        return file ? gzipSync(readFileSync(join(directory, file))).length / 1000 : 0;
      };
      const language = (key: string): boolean => key.startsWith("src/i18n/");
      const apart = (key: string): boolean => key === BOARD || key.includes(EMOJI) || key.includes(UNITS);
      /** What these need: at once, or whenever it is asked for. */
      const needs = (keys: string[], later: boolean, held = new Set<string>()): Set<string> => {
        for (const key of keys) {
          if (held.has(key) || !manifest[key] || apart(key)) continue;
          held.add(key);
          const { imports = [], dynamicImports = [] } = manifest[key];
          needs(later ? [...imports, ...dynamicImports] : imports, later, held);
        }
        return held;
      };
      // One language is loaded, so the largest counts.
      const sum = (keys: Iterable<string>): number => {
        const files = new Map([...keys].map((key) => [manifest[key]?.file, key]));
        const all = [...files.values()];
        const words = Math.max(0, ...all.filter(language).map(size));
        return all.filter((key) => !language(key)).reduce((total, key) => total + size(key), words);
      };
      const entries = ["src/room/main.tsx", "src/site.ts"];
      const languages = Object.keys(manifest).filter((key) => /^src\/i18n\/(en|es)\.ts$/.test(key));
      const opening = sum([...needs(entries, false), ...needs(languages, false)]);
      const all = needs(entries, true);
      const total = sum(all);
      const board =
        sum([...needs(manifest[BOARD]?.imports ?? [], false)].filter((key) => !all.has(key))) + size(BOARD);
      const emoji = Math.max(
        ...Object.keys(manifest)
          .filter((key) => key.includes(EMOJI))
          .map(size),
      );
      const shown = (kilobytes: number): string => `${kilobytes.toFixed(1)} kB gzip`;
      this.info(
        `room JavaScript: ${shown(total)} of ${ROOM_BUDGET_KB} kB, ${shown(opening)} of it to open a room`,
      );
      const rare = Math.max(
        0,
        ...Object.keys(manifest)
          .filter((key) => key.includes(UNITS))
          .map(size),
      );
      this.info(
        `beside it: board ${shown(board)}, names of emoji ${shown(emoji)}, of rare units ${shown(rare)}`,
      );
      if (total > ROOM_BUDGET_KB) this.error(`the room's JavaScript is ${shown(total)}`);
    },
  };
}

/** Names all that an entry needs beside it: the page preloads what is named there, and looks no deeper. */
function preloads(): Plugin {
  return {
    name: "preloads",
    apply: "build",
    writeBundle(options) {
      const path = join(options.dir ?? "dist", "manifest.json");
      const manifest = JSON.parse(readFileSync(path, "utf8")) as Record<string, Chunk>;
      for (const entry of Object.values(manifest).filter(({ isEntry }) => isEntry)) {
        const needed = new Set(entry.imports);
        for (const key of needed) for (const deeper of manifest[key]?.imports ?? []) needed.add(deeper);
        if (needed.size > 0) entry.imports = [...needed];
      }
      writeFileSync(path, JSON.stringify(manifest, null, 2));
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

/**
 * What of the editor would break the page's content security policy, and does without it. It resizes pictures by
 * JavaScript and not by WebAssembly; a saved drawing has its typefaces whole, as it had anyway where they may not be cut
 * down by code that is made from text; and a style is set, not written as an attribute. Fails the build when the
 * editor's code is not as it was.
 */
function boardPolicy(): Plugin {
  const changes = [
    ['features:["js","wasm"]', 'features:["js"]'],
    ['typeof Worker<"u"', "false"],
    ['setAttribute("style","white-space: pre;")', 'style.setProperty("white-space","pre")'],
  ] as const;
  const cutter = /\/subset-(shared|worker)\.chunk\.js$/;
  let changed = 0;
  return {
    name: "board-policy",
    apply: "build",
    enforce: "pre",
    resolveId: (id, importer) =>
      cutter.test(id) && importer?.includes("@excalidraw/") ? join(import.meta.dirname, WHOLE) : null,
    transform(code, id) {
      if (!id.includes("@excalidraw/excalidraw/dist/") || !code.includes("for subsetting")) return null;
      let text = code;
      for (const [before, after] of changes) {
        if (text.split(before).length !== 2) this.error(`Excalidraw does not say ${before} once`);
        text = text.replace(before, after);
      }
      changed += 1;
      return { code: text, map: null };
    },
    generateBundle() {
      if (changed !== 1) this.error(`Excalidraw's cutting of typefaces was found ${changed} times`);
    },
  };
}
const WHOLE = "stubs/whole-typefaces/index.js";

/** `virtual:emoji/<language>`: each emoji with its name and the words by which it is found, of Unicode's CLDR. */
function emoji(): Plugin {
  const prefix = "virtual:emoji/";
  const letters = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return {
    name: "emoji",
    resolveId: (id) => (id.startsWith(prefix) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${prefix}`)) return null;
      const file = join("node_modules", "emojibase-data", id.slice(prefix.length + 1), "compact.json");
      const all = JSON.parse(readFileSync(file, "utf8")) as Listed[];
      const shown = all.filter(({ group }) => group !== undefined && group !== COMPONENTS);
      const rows = shown
        .sort((a, b) => (a.order ?? 0) - (b.order ?? 0))
        .map(({ unicode, label, tags = [] }) => {
          const more = tags.filter((tag) => !label.includes(tag)).slice(0, WORDS);
          // The selector of the coloured form is needed only where that is not the usual one.
          const char = unicode.replace(/^(\p{Emoji_Presentation})\uFE0F$/u, "$1");
          return [char, label, letters(more.join(" "))].join("\t");
        });
      // One string is parsed faster than an array of this length, and smaller.
      return `export default ${JSON.stringify(rows.join("\n"))}.split("\\n").map((row) => row.split("\\t"));`;
    },
  };
}
type Listed = { unicode: string; label: string; tags?: string[]; group?: number; order?: number };
/** Of Unicode's groups: skin tones and hair, which are no emoji by themselves. */
const COMPONENTS = 2;
/** By how many words beside its name an emoji is found. */
const WORDS = 3;

/** `virtual:units`: code, English name and symbol of every unit of UNECE Rec 20 that is in use, by the server's list. */
function units(): Plugin {
  return {
    name: "units",
    resolveId: (id) => (id === UNITS ? `\0${id}` : null),
    load(id) {
      if (id !== `\0${UNITS}`) return null;
      const lines = readFileSync(join("..", "negotiation_hub", "kernel", "rec20.tsv"), "utf8")
        .trim()
        .split("\n");
      const rows = lines.map((line) => line.split("\t")).filter(([, , , mark]) => !mark);
      const text = rows.map(([code, name, symbol = ""]) => [code, name, symbol].join("\t")).join("\n");
      return `export default ${JSON.stringify(text)}.split("\\n").map((row) => row.split("\\t"));`;
    },
  };
}

/** Puts the compressed forms of what is text beside each file: the server gives a browser the one that it takes. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      for (const entry of readdirSync("dist", { recursive: true, withFileTypes: true })) {
        const path = join(entry.parentPath, entry.name);
        if (!entry.isFile() || !/\.(js|css|svg)$/.test(entry.name)) continue;
        const data = readFileSync(path);
        if (data.length < COMPRESSED_FROM_BYTES) continue;
        writeFileSync(`${path}.gz`, gzipSync(data, { level: 9 }));
        // 11 would take ten times as long for a twentieth less.
        writeFileSync(
          `${path}.br`,
          brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
        );
      }
    },
  };
}
/** Below it a file and its compressed form take the same number of packets. */
const COMPRESSED_FROM_BYTES = 1_000;

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
  plugins: [
    react(),
    tailwindcss(),
    boardAssets(),
    boardPolicy(),
    preloads(),
    roomBudget(),
    withoutEval(),
    emoji(),
    units(),
    compressed(),
  ],
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
        order: "src/order/main.ts",
        desk: "src/desk/main.ts",
        pages: "src/styles/pages.css",
      },
    },
  },
  server: { port: 5173, strictPort: true },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
  },
});
