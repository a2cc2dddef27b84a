import { resolve } from "node:path";

/** Run in frontend/: the editor as this project has it, on Preact, for a page of its own. */
const modules = resolve("node_modules");

export default {
  root: import.meta.dirname,
  base: "./",
  publicDir: false,
  cacheDir: false,
  resolve: {
    alias: [
      { find: /^@excalidraw\/excalidraw$/, replacement: `${modules}/@excalidraw/excalidraw/dist/prod/index.js` },
      { find: /^react(-dom)?$/, replacement: "preact/compat" },
      { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
      { find: /^react\/jsx-runtime$/, replacement: "preact/jsx-runtime" },
    ],
  },
  build: { emptyOutDir: true, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 10_000 },
};
