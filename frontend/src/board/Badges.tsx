/** Over each element that the offer on the table, or the agreement, names: what it says, and the way to its card. */
import { sceneCoordsToViewportCoords } from "@excalidraw/excalidraw";
import type { ExcalidrawElement } from "@excalidraw/excalidraw/element/types";
import type { AppState, ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import { type ReactNode, useEffect, useState } from "react";
import { type Dictionary, useLanguage } from "../i18n/index.ts";
import { usePieceWords } from "../i18n/pieces.ts";
import { type Format, issueLabel, useFormat } from "../room/context.ts";
import { type Named, pieces, type Said } from "../room/pieces.ts";
import { type Place, placesOf } from "./places.ts";

/** Where the named elements are in the editor, in pixels, as long as they can be seen. */
function usePlaces(api: ExcalidrawImperativeAPI, named: Named): readonly Place[] {
  const [places, setPlaces] = useState<readonly Place[]>([]);
  useEffect(() => {
    const look = (elements: readonly ExcalidrawElement[], state: Readonly<AppState>): void => {
      const there = elements.filter(({ id, isDeleted }) => !isDeleted && named.elements.has(id));
      const toView = (x: number, y: number) =>
        // Within the editor, wherever that is in the window.
        sceneCoordsToViewportCoords({ sceneX: x, sceneY: y }, { ...state, offsetLeft: 0, offsetTop: 0 });
      const next = placesOf(there, toView, state);
      setPlaces((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next));
    };
    look(api.getSceneElements(), api.getAppState());
    return api.onChange(look);
  }, [api, named]);
  return places;
}

export function Badges({ api, named }: { api: ExcalidrawImperativeAPI; named: Named }): ReactNode {
  const { t } = useLanguage();
  const words = usePieceWords();
  const format = useFormat();
  const places = usePlaces(api, named);
  return (
    <div className="board-badges">
      {places.map(({ id, from, at, top, room }) => {
        const said = (named.elements.get(id) ?? []).map((one) => inWords(one, format, t, words)).join(" / ");
        const version = t.offerVersion(named.offer.version);
        return (
          <button
            key={id}
            type="button"
            className="board-badge"
            data-element={id}
            data-side={named.offer.side}
            style={{ [from]: at, top, maxWidth: room }}
            title={`${said} · ${version}: ${words.card}`}
            onClick={() => pieces.go({ to: "card", version: named.offer.version })}
          >
            <span className="board-badge-said">{said}</span> <span className="num">· {version}</span>
          </button>
        );
      })}
    </div>
  );
}

function inWords(said: Said, format: Format, t: Dictionary, words: ReturnType<typeof usePieceWords>): string {
  if ("issue" in said) return words.isIssue(issueLabel(said.issue, t));
  const { currency, ...line } = said;
  return format.cell({ type: "line", ...line }, currency);
}
