/**
 * The board's editor is a megabyte of script, loaded when somebody opens a board. Who has done so before in this
 * browser has it in the cache, and will do so again: there it is read when the room has nothing else to do, so that
 * the click has not to wait for it.
 */
import { wordsOfPieces } from "../i18n/pieces.ts";

type Loaded = typeof import("../board/island.ts");

/** Set once a board was opened in this browser, in whatever room. */
const OPENED = "hub:board-opened";
/** Where a browser does not say when it has nothing to do, in milliseconds. */
const SOON_MS = 2_000;

let asked: Promise<Loaded> | null = null;

/** The editor, asked for once. */
export function loadEditor(): Promise<Loaded> {
  asked ??= Promise.all([import("../board/island.ts"), wordsOfPieces.load()]).then(([editor]) => editor);
  return asked;
}

/** Notes that boards are opened in this browser. */
export function noteOpened(): void {
  try {
    localStorage.setItem(OPENED, "1");
  } catch {
    // Forbidden or full: the next board opens as the first one did.
  }
}

/** Loads the editor as soon as there is time, where it has been used; returns what calls that off. */
export function loadEditorAhead(): () => void {
  if (!wasOpened()) return () => undefined;
  const load = (): void => {
    loadEditor().catch(() => undefined); // whoever opens the board is told
  };
  if (typeof requestIdleCallback === "undefined") {
    const timer = setTimeout(load, SOON_MS);
    return () => clearTimeout(timer);
  }
  const waiting = requestIdleCallback(load);
  return () => cancelIdleCallback(waiting);
}

function wasOpened(): boolean {
  try {
    const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
    return localStorage.getItem(OPENED) !== null && !connection?.saveData;
  } catch {
    return false;
  }
}
