/** The editor on the room's board. Loaded when somebody opens the board, and not before. */
import "./assets.ts";
import { Excalidraw } from "@excalidraw/excalidraw";
import type {
  AppState,
  ExcalidrawImperativeAPI,
  ExcalidrawInitialDataState,
} from "@excalidraw/excalidraw/types";
import "@excalidraw/excalidraw/index.css";
import { type ReactNode, type RefObject, useEffect, useMemo, useRef, useState } from "react";
import { useDrawingLanguage } from "../i18n/useDrawingLanguage.ts";
import { useRefusalWords } from "../room/components/Basics.tsx";
import { useRoom } from "../room/context.ts";
import "../styles/board.css";
import { addressesOf } from "./addresses.ts";
import { BoardMenu, importScene, isScene } from "./BoardMenu.tsx";
import { BoardSync, type OnTakenBack } from "./BoardSync.ts";
import { albumOf, editorOf, fit, inEditor } from "./editor.ts";
import { Following } from "./Following.tsx";
import { BoardImages } from "./images.ts";
import { Priced } from "./Priced.tsx";
import { SaveVersion } from "./SaveVersion.tsx";
import { useCollaborators, useOwnCursor } from "./useCollaborators.ts";
import { useDark } from "./useDark.ts";
import { useNamed } from "./useNamed.ts";
import { WhoDrew } from "./WhoDrew.tsx";

/** How long it is said that something was taken back, in milliseconds. */
const SAID_FOR_MS = 8_000;

/** What of a board is in sight. */
export interface Place {
  scrollX: number;
  scrollY: number;
  zoom: AppState["zoom"];
}

interface BoardProps {
  stream: string;
  /** The stream of the board that lies behind, when this is a layer. */
  backdrop: string | null;
  /** What was in sight when it was left: layers lie over each other. */
  place: RefObject<Place | null>;
}

export function Board({ stream, backdrop, place }: BoardProps): ReactNode {
  const { t, code } = useDrawingLanguage();
  const { store, view } = useRoom();
  const [api, setApi] = useState<ExcalidrawImperativeAPI | null>(null);
  const [selected, setSelected] = useState<readonly string[]>([]);
  const [saving, setSaving] = useState(false);
  const [problem, tell] = useProblem();
  const dark = useDark();
  const sync = useMadeSync(stream, backdrop, api, tell.takenBack);
  const frame = useRef<HTMLDivElement>(null);
  const initial = useInitial(sync, place);
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
        if (mayDraw) importScene(store.config, stream, dropped).catch(tell.refused);
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
        onChange={(_, { selectedElementIds, scrollX, scrollY, zoom }) => {
          sync.changed();
          place.current = { scrollX, scrollY, zoom };
          const ids = Object.keys(selectedElementIds);
          setSelected((before) => (before.join() === ids.join() ? before : ids));
        }}
        onPointerUpdate={({ pointer, button }) => onPointer({ ...pointer, pressed: button === "down" })}
      >
        <BoardMenu
          api={api}
          stream={stream}
          mayDraw={mayDraw}
          onSave={() => setSaving(true)}
          onRefused={tell.refused}
        />
      </Excalidraw>
      <Following api={api} stream={stream} />
      <WhoDrew stream={stream} selected={selected} />
      {!backdrop && <Priced api={api} stream={stream} selected={selected} />}
      {problem && (
        <div className="board-problem" role="alert">
          {problem}
        </div>
      )}
      {mayDraw && empty && <p className="board-hint">{backdrop ? t.boardOursHint : t.boardEmpty}</p>}
      {saving && <SaveVersion stream={stream} own={backdrop !== null} onClose={() => setSaving(false)} />}
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
  const { t } = useDrawingLanguage();
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

/** The board's stream, and what lies behind it, for this editor. */
function useMadeSync(
  stream: string,
  backdrop: string | null,
  api: ExcalidrawImperativeAPI | null,
  onTakenBack: OnTakenBack,
): BoardSync {
  const { store } = useRoom();
  const album = useRef<ExcalidrawImperativeAPI | null>(null);
  album.current = api;
  return useMemo(() => {
    const imagesOf = (of: string): BoardImages =>
      new BoardImages(
        `${store.config.roomUrl}board/images`,
        store.config.csrf,
        () => (album.current ? albumOf(album.current) : null),
        addressesOf(store.config, of).query,
      );
    const behind = backdrop ? { stream: backdrop, images: imagesOf(backdrop) } : null;
    return new BoardSync(store, stream, fit, onTakenBack, imagesOf(stream), behind);
  }, [store, stream, backdrop, onTakenBack]);
}

/** What the editor begins with: where one was before, or else so that all of it is in sight. */
function useInitial(sync: BoardSync, place: BoardProps["place"]): ExcalidrawInitialDataState {
  return useMemo(
    () => ({
      elements: inEditor(sync.scene()),
      scrollToContent: place.current === null,
      appState: { zenModeEnabled: false, ...place.current },
    }),
    [sync, place],
  );
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
