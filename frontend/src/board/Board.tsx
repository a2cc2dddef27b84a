/** The editor on the room's board. Loaded when somebody opens the board, and not before. */
import "./assets.ts";
import { Excalidraw } from "@excalidraw/excalidraw";
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import "@excalidraw/excalidraw/index.css";
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useLanguage } from "../i18n/index.ts";
import { useRefusalWords } from "../room/components/Basics.tsx";
import { useRoom } from "../room/context.ts";
import "../styles/board.css";
import { BoardMenu, importScene, isScene } from "./BoardMenu.tsx";
import { BoardSync } from "./BoardSync.ts";
import { albumOf, editorOf, fit, inEditor } from "./editor.ts";
import { BoardImages } from "./images.ts";
import { useCollaborators, useOwnCursor } from "./useCollaborators.ts";
import { useNamed } from "./useNamed.ts";
import { WhoDrew } from "./WhoDrew.tsx";

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
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [problem, tell] = useProblem();
  const dark = useDark();
  const album = useRef<ExcalidrawImperativeAPI | null>(null);
  album.current = api;
  const sync = useMemo(() => {
    const images = new BoardImages(`${store.config.roomUrl}board/images`, store.config.csrf, () =>
      album.current ? albumOf(album.current) : null,
    );
    return new BoardSync(store, stream, fit, tell.takenBack, images);
  }, [store, stream, tell]);
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
      // A drawing that is dropped would take the place of the whole board: it is put on top of it instead.
      onDropCapture={(event) => {
        const dropped = [...event.dataTransfer.files].find(isScene);
        if (!dropped) return;
        event.preventDefault();
        event.stopPropagation();
        if (mayDraw) importScene(store.config, dropped).catch(tell.refused);
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
        onChange={(_, { selectedElementIds }) => {
          sync.changed();
          const ids = Object.keys(selectedElementIds);
          setSelected((before) => (before.join() === ids.join() ? before : ids));
        }}
        onPointerUpdate={({ pointer, button }) => onPointer({ ...pointer, pressed: button === "down" })}
      >
        <BoardMenu api={api} mayDraw={mayDraw} onRefused={tell.refused} />
      </Excalidraw>
      <WhoDrew stream={stream} selected={selected} />
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
  tools: { image: true },
};

interface Tell {
  takenBack: (reason: unknown) => void;
  refused: (reason: unknown) => void;
}

/** What became of what was refused is said for a while. */
function useProblem(): [string, Tell] {
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
  const tell = useRef<Tell>({
    takenBack: (reason) => {
      const { t: now, words: say } = latest.current;
      setProblem(`${now.boardTakenBack} ${reason ? say(reason) : now.boardPages}`);
    },
    refused: (reason) => {
      const { t: now, words: say } = latest.current;
      setProblem(`${now.boardFailedFile} ${say(reason)}`);
    },
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
