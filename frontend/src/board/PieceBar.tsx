/** What can be done for an offer with what is selected on the board: price it, pin a remark, make an issue of a pin. */
import { CaptureUpdateAction, convertToExcalidrawElements } from "@excalidraw/excalidraw";
import type { ExcalidrawElement } from "@excalidraw/excalidraw/element/types";
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import { type ReactNode, useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { useLanguage } from "../i18n/index.ts";
import { usePieceWords } from "../i18n/pieces.ts";
import { Icon } from "../room/components/Icon.tsx";
import { useHeld } from "../room/components/Supervised.tsx";
import { useRoom } from "../room/context.ts";
import { elementsOf } from "../room/pieceDraft.ts";
import { type Named, pieces } from "../room/pieces.ts";
import { type Picked, pickedOf } from "./picked.ts";
import { aPin, isOn, nextPin } from "./pins.ts";

const PIN = "pin";

interface BarProps {
  api: ExcalidrawImperativeAPI;
  stream: string;
  selected: readonly string[];
  named: Named | null;
}

/** Whether this person may put an offer on the table now. */
function useMayOffer(): boolean {
  const { table, party, standing, connected } = useRoom();
  const held = useHeld(standing);
  return party !== null && table?.negotiation.status === "open" && held === null && connected;
}

export function PieceBar({ api, stream, selected, named }: BarProps): ReactNode {
  const { t } = useLanguage();
  const words = usePieceWords();
  const { store } = useRoom();
  const aside = useSyncExternalStore(pieces.subscribe, pieces.aside);
  const [picture, setPicture] = useState<string | null>(null);
  const mayOffer = useMayOffer();
  const mayPin = mayOffer && store.mayDraw(stream);
  const onEnd = useCallback(() => setPicture(null), []);
  usePinning(api, mayPin ? picture : null, onEnd);
  if (!mayOffer) return null;
  if (picture !== null && mayPin) {
    return (
      <div className="board-bar" role="status">
        <Icon name="target" /> {words.pinWhere}
        <button type="button" className="btn btn-sm" onClick={() => endPinning(api)}>
          {t.cancel}
        </button>
      </div>
    );
  }
  const picked = pickedOf(api.getSceneElements(), selected);
  if (!picked && !aside) return null;
  const bound = new Set([...(named?.elements.keys() ?? []), ...(aside ? elementsOf(aside.draft) : [])]);
  return (
    <div className="board-bar">
      {picked && <Offer picked={picked} bound={picked.ids.find((id) => bound.has(id)) ?? null} />}
      {picked?.kind === "image" && mayPin && (
        <button type="button" className="btn btn-sm" onClick={() => beginPinning(picked.element.id)}>
          <Icon name="target" />
          {words.pin}
        </button>
      )}
      {aside && (
        <button
          type="button"
          className="btn btn-sm btn-primary"
          onClick={() => pieces.go({ to: "offer", piece: null })}
        >
          <Icon name="handshake" />
          {words.back}
        </button>
      )}
    </div>
  );

  function beginPinning(id: string): void {
    api.setActiveTool({ type: "custom", customType: PIN });
    setPicture(id);
  }
}

/** Opens the offer with a line or an issue for what is selected, or with the one that it has. */
function Offer({ picked, bound }: { picked: Picked; bound: string | null }): ReactNode {
  const words = usePieceWords();
  const { table } = useRoom();
  const pin = picked.kind === "pin";
  const label = pin ? (bound ? words.itsIssue : words.issue) : bound ? words.line : words.price;
  function open(): void {
    const title = picked.title || (table?.room.title ?? "");
    const element = bound ?? picked.element.id;
    pieces.go({ to: "offer", piece: { as: pin ? "issue" : "line", element, title } });
  }
  return (
    <button type="button" className="btn btn-sm" onClick={open}>
      <Icon name={pin ? "message-square-plus" : "tag"} />
      {label}
    </button>
  );
}

/** While a picture waits for its pin: the next click on it puts one there, any other click ends the waiting. */
function usePinning(api: ExcalidrawImperativeAPI, picture: string | null, onEnd: () => void): void {
  useEffect(() => {
    if (picture === null) return undefined;
    const stops = [
      api.onPointerUp((tool, { origin }) => {
        if (tool.type !== "custom" || tool.customType !== PIN) return;
        // The editor has yet to do what it does when a pointer goes up.
        setTimeout(() => {
          endPinning(api);
          const shown = api.getSceneElements().find(({ id }) => id === picture);
          if (shown && isOn(shown, origin)) putPin(api, origin);
        }, 0);
      }),
      // Another tool was taken.
      api.onChange((_, { activeTool }) => {
        if (activeTool.type !== "custom" || activeTool.customType !== PIN) onEnd();
      }),
    ];
    // The editor hears keys only while it has the focus, which the button had that is gone now.
    const key = (event: KeyboardEvent): void => {
      if (event.key === "Escape") endPinning(api);
    };
    window.addEventListener("keydown", key);
    return () => {
      window.removeEventListener("keydown", key);
      for (const stop of stops) stop();
    };
  }, [api, picture, onEnd]);
}

function endPinning(api: ExcalidrawImperativeAPI): void {
  api.setActiveTool({ type: "selection" });
}

/** One step for undo; the board's stream takes it to the others as anything that is drawn. */
function putPin(api: ExcalidrawImperativeAPI, at: { x: number; y: number }): void {
  const scene = api.getSceneElementsIncludingDeleted();
  const id = crypto.randomUUID();
  const pin = aPin(id, nextPin(scene), at, api.getAppState().zoom.value);
  const made = convertToExcalidrawElements([pin], { regenerateIds: false });
  api.updateScene({
    elements: [...(scene as readonly ExcalidrawElement[]), ...made],
    appState: { selectedElementIds: { [id]: true } },
    captureUpdate: CaptureUpdateAction.IMMEDIATELY,
  });
  pieces.go({ to: "offer", piece: { as: "issue", element: id, title: "" } });
}
