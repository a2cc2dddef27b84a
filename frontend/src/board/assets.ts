/** Where the editor finds its typefaces: on this site, beside our own files. Imported before the editor is. */
declare global {
  interface Window {
    EXCALIDRAW_ASSET_PATH?: string;
  }
}

window.EXCALIDRAW_ASSET_PATH = `${import.meta.env.BASE_URL}board/`;

export {};
