/** Excalidraw as `BoardSync` knows an editor. */
import { CaptureUpdateAction, restoreElements } from "@excalidraw/excalidraw";
import type { FileId, OrderedExcalidrawElement } from "@excalidraw/excalidraw/element/types";
import type {
  AppState,
  BinaryFileData,
  DataURL,
  ExcalidrawImperativeAPI,
} from "@excalidraw/excalidraw/types";
import type { BoardElement } from "../protocol/commands.ts";
import type { Editor, Hand } from "./BoardSync.ts";
import type { Album } from "./images.ts";

/** The editor's elements and those of the wire are the same JSON. */
const onWire = (elements: readonly OrderedExcalidrawElement[]): readonly BoardElement[] =>
  elements as unknown as readonly BoardElement[];
export const inEditor = (elements: readonly BoardElement[]): OrderedExcalidrawElement[] =>
  elements as unknown as OrderedExcalidrawElement[];

/** Makes an element of others fit to be shown, whatever they wrote into it; null when it is of a kind unknown here. */
export function fit(element: BoardElement): BoardElement | null {
  try {
    const [restored] = restoreElements(inEditor([element]), null);
    return restored ? { ...(onWire([restored])[0] as BoardElement), ...stampOf(element) } : null;
  } catch {
    return null;
  }
}

function stampOf({ version, versionNonce, index }: BoardElement): Partial<BoardElement> {
  return { version, versionNonce, ...(index ? { index } : {}) };
}

export function editorOf(api: ExcalidrawImperativeAPI): Editor {
  return {
    scene: () => onWire(api.getSceneElementsIncludingDeleted()),
    hand: () => handOf(api.getAppState()),
    // Never part of this person's history: undo is each one's own.
    show: (scene) => api.updateScene({ elements: inEditor(scene), captureUpdate: CaptureUpdateAction.NEVER }),
  };
}

export function albumOf(api: ExcalidrawImperativeAPI): Album {
  return {
    get: (name) => api.getFiles()[name]?.dataURL,
    add: (name, type, url) =>
      api.addFiles([
        {
          id: name as FileId,
          mimeType: type as BinaryFileData["mimeType"],
          dataURL: url as DataURL,
          created: Date.now(),
        },
      ]),
  };
}

function handOf(state: AppState): Hand {
  const { newElement, editingTextElement, resizingElement, multiElement } = state;
  const begun = [newElement, editingTextElement, resizingElement, multiElement];
  const ids = new Set(begun.flatMap((element) => element?.id ?? []));
  const down = state.cursorButton === "down";
  if (down || state.selectedElementsAreBeingDragged) {
    for (const [id, selected] of Object.entries(state.selectedElementIds)) if (selected) ids.add(id);
  }
  return {
    busy: down || ids.size > 0,
    stroke: newElement?.type === "freedraw" ? newElement.id : null,
    ids,
  };
}
