/** The editor on the room's board. Loaded when somebody opens the board, and not before. */
import "./assets.ts";
import { Excalidraw, exportToBlob, MainMenu } from "@excalidraw/excalidraw";
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import "@excalidraw/excalidraw/index.css";
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useLanguage } from "../i18n/index.ts";
import { Refused } from "../protocol/socket.ts";
import { useRefusalWords } from "../room/components/Basics.tsx";
import { Icon } from "../room/components/Icon.tsx";
import { useRoom } from "../room/context.ts";
import "../styles/board.css";
import { BoardSync } from "./BoardSync.ts";
import { editorOf, fit, inEditor } from "./editor.ts";
import { useCollaborators, useOwnCursor } from "./useCollaborators.ts";
import { useNamed } from "./useNamed.ts";

const DARK = "(prefers-color-scheme: dark)";
/** How long it is said that something was taken back, in milliseconds. */
const SAID_FOR_MS = 8_000;

function useDark(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(DARK);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => window.matchMedia(DARK).matches,
  );
}

export default function Board({ stream }: { stream: string }): ReactNode {
  const { t, code } = useLanguage();
  const { store, view } = useRoom();
  const [api, setApi] = useState<ExcalidrawImperativeAPI | null>(null);
  const [problem, setProblem] = useProblem();
  const dark = useDark();
  const sync = useMemo(() => new BoardSync(store, stream, fit, setProblem), [store, stream, setProblem]);
  const frame = useRef<HTMLDivElement>(null);
  const initial = useMemo(
    () => ({ elements: inEditor(sync.scene()), scrollToContent: true, appState: { zenModeEnabled: false } }),
    [sync],
  );
  const mayDraw = store.mayDraw(stream);
  const empty = view.streams[stream]?.board.elements.size === 0;
  useSync(api, sync);
  useCollaborators(api, stream);
  useNamed(frame, t);
  const onPointer = useOwnCursor(stream);
  return (
    <div
      className="board-editor"
      ref={frame}
      // A file that is dropped would take the place of the whole board.
      onDropCapture={(event) => {
        if (event.dataTransfer.files.length === 0) return;
        event.preventDefault();
        event.stopPropagation();
        setProblem(null);
      }}
    >
      <Excalidraw
        excalidrawAPI={setApi}
        initialData={initial}
        isCollaborating
        langCode={code === "es" ? "es-ES" : "en"}
        theme={dark ? "dark" : "light"}
        viewModeEnabled={!mayDraw}
        name={store.config.title}
        aiEnabled={false}
        autoFocus={false}
        validateEmbeddable={false}
        UIOptions={UI}
        onChange={() => sync.changed()}
        onPointerUpdate={({ pointer, button }) => onPointer({ ...pointer, pressed: button === "down" })}
      >
        <Menu api={api} title={store.config.title} />
      </Excalidraw>
      {problem && (
        <div className="board-problem" role="alert">
          {problem}
        </div>
      )}
      {mayDraw && empty && <p className="board-hint">{t.boardEmpty}</p>}
    </div>
  );
}

const UI = {
  canvasActions: {
    changeViewBackgroundColor: false,
    clearCanvas: false,
    export: false as const,
    loadScene: false,
    saveToActiveFile: false,
    saveAsImage: false,
    toggleTheme: false,
  },
  tools: { image: false },
};

/** What to do with what was refused is said for a while. */
function useProblem(): [string, (reason: Refused | null) => void] {
  const { t } = useLanguage();
  const words = useRefusalWords();
  const [problem, setProblem] = useState("");
  const latest = useRef({ t, words });
  latest.current = { t, words };
  useEffect(() => {
    if (!problem) return undefined;
    const timer = setTimeout(() => setProblem(""), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [problem]);
  const tell = useRef((reason: Refused | null) => {
    const { t: now, words: say } = latest.current;
    setProblem(reason instanceof Refused ? `${now.boardTakenBack} ${say(reason)}` : now.boardPictures);
  });
  return [problem, tell.current];
}

function useSync(api: ExcalidrawImperativeAPI | null, sync: BoardSync): void {
  useEffect(() => {
    if (!api) return undefined;
    sync.start(editorOf(api));
    const stopListening = api.onPointerUp(() => sync.lifted());
    const flush = (): void => sync.flush();
    window.addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      window.removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
      stopListening();
      sync.stop();
    };
  }, [api, sync]);
}

function Menu({ api, title }: { api: ExcalidrawImperativeAPI | null; title: string }): ReactNode {
  const { t } = useLanguage();
  async function save(): Promise<void> {
    if (!api) return;
    const blob = await exportToBlob({
      elements: api.getSceneElements(),
      files: api.getFiles(),
      appState: { exportBackground: true, viewBackgroundColor: "#ffffff", exportWithDarkMode: false },
      mimeType: "image/png",
      exportPadding: 24,
      getDimensions: (width: number, height: number) => ({ width: width * 2, height: height * 2, scale: 2 }),
    });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${title || "board"}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
  }
  return (
    <MainMenu>
      <MainMenu.Item icon={<Icon name="download" />} onSelect={() => void save()}>
        {t.boardSave}
      </MainMenu.Item>
      <MainMenu.Item
        icon={<Icon name="search" />}
        onSelect={() => api?.scrollToContent(undefined, { fitToContent: true, animate: true })}
      >
        {t.boardShowAll}
      </MainMenu.Item>
      <MainMenu.DefaultItems.Help />
    </MainMenu>
  );
}
