/** The board's menu: saving what is on it in three ways, putting a file on it, finding all of it. */
import { exportToBlob, exportToSvg, MainMenu } from "@excalidraw/excalidraw";
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import { type ReactNode, useRef } from "react";
import { useDrawingLanguage } from "../i18n/useDrawingLanguage.ts";
import { Icon } from "../room/components/Icon.tsx";
import { useObserving } from "../room/components/Observing.tsx";
import type { RoomConfig } from "../room/config.ts";
import { useStore } from "../room/context.ts";
import { addressesOf } from "./addresses.ts";

const ENDING = ".excalidraw";
const PADDING_PX = 24;
/** Pixels of a saved picture for one of the board's. */
const SCALE = 2;

export const isScene = ({ name }: File): boolean => name.toLowerCase().endsWith(ENDING);

/** Puts a drawing on top of what is on the board; rejected with a refusal. */
export async function importScene(config: RoomConfig, stream: string, file: File): Promise<void> {
  const body = new FormData();
  body.append("file", file);
  const headers = { "X-CSRFToken": config.csrf };
  const answer = await fetch(addressesOf(config, stream).of(ENDING), { method: "POST", headers, body });
  if (!answer.ok) throw await answer.json();
}

interface MenuProps {
  api: ExcalidrawImperativeAPI | null;
  stream: string;
  mayDraw: boolean;
  onSave: () => void;
  onRefused: (reason: unknown) => void;
}

export function BoardMenu({ api, stream, mayDraw, onSave, onRefused }: MenuProps): ReactNode {
  const { t } = useDrawingLanguage();
  const { config } = useStore();
  const steppedIn = useObserving() === "in";
  const input = useRef<HTMLInputElement>(null);
  const name = config.title || "board";
  const save = (ending: string, made: Promise<Blob>): void => {
    made.then((blob) => download(blob, `${name}.${ending}`)).catch(onRefused);
  };
  return (
    <>
      <MainMenu>
        {mayDraw && (
          <MainMenu.Item icon={<Icon name="upload" />} onSelect={() => input.current?.click()}>
            {t.boardImport}
          </MainMenu.Item>
        )}
        {(mayDraw || steppedIn) && (
          <MainMenu.Item icon={<Icon name="archive" />} onSelect={onSave}>
            {t.boardSaveVersion}
          </MainMenu.Item>
        )}
        <MainMenu.Item icon={<Icon name="download" />} onSelect={() => api && save("png", png(api))}>
          {t.boardSave}
        </MainMenu.Item>
        <MainMenu.Item icon={<Icon name="download" />} onSelect={() => api && save("svg", svg(api))}>
          {t.boardSaveSvg}
        </MainMenu.Item>
        <MainMenu.Item
          icon={<Icon name="download" />}
          onSelect={() => save("excalidraw", fetched(addressesOf(config, stream).of(ENDING)))}
        >
          {t.boardSaveFile}
        </MainMenu.Item>
        <MainMenu.Item
          icon={<Icon name="search" />}
          onSelect={() => api?.scrollToContent(undefined, { fitToContent: true, animate: true })}
        >
          {t.boardShowAll}
        </MainMenu.Item>
        <MainMenu.DefaultItems.Help />
      </MainMenu>
      <input
        ref={input}
        type="file"
        accept={ENDING}
        aria-label={t.boardImport}
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = ""; // the same one may be chosen again
          if (file) importScene(config, stream, file).catch(onRefused);
        }}
      />
    </>
  );
}

const PAPER = { exportBackground: true, viewBackgroundColor: "#ffffff", exportWithDarkMode: false };

function png(api: ExcalidrawImperativeAPI): Promise<Blob> {
  return exportToBlob({
    elements: api.getSceneElements(),
    files: api.getFiles(),
    appState: PAPER,
    mimeType: "image/png",
    exportPadding: PADDING_PX,
    getDimensions: (width: number, height: number) => ({
      width: width * SCALE,
      height: height * SCALE,
      scale: SCALE,
    }),
  });
}

async function svg(api: ExcalidrawImperativeAPI): Promise<Blob> {
  const drawn = await exportToSvg({
    elements: api.getSceneElements(),
    files: api.getFiles(),
    appState: PAPER,
    exportPadding: PADDING_PX,
  });
  return new Blob([new XMLSerializer().serializeToString(drawn)], { type: "image/svg+xml" });
}

async function fetched(url: string): Promise<Blob> {
  const answer = await fetch(url);
  if (!answer.ok) throw await answer.json();
  return answer.blob();
}

function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
}
