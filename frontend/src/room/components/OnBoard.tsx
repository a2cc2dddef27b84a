/** From what is offered to what of the board it is about. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { usePieceWords } from "../../i18n/pieces.ts";
import "../../styles/onBoard.css";
import { issueLabel, useRoom } from "../context.ts";
import { pieces } from "../pieces.ts";
import type { Row } from "../redline.ts";
import { Icon } from "./Icon.tsx";

/** Whether an element is on the board; where the board is not open here, it is taken for there. */
function useIsGone(element: string): boolean {
  const { store, view } = useRoom();
  const held = store.config.board ? view.streams[store.config.board] : undefined;
  if (!held?.ready) return false;
  const one = held.board.elements.get(element);
  return !one || one.isDeleted;
}

/** At a row of terms: the way to the element that it names, or that it is gone. */
export default function ShowOnBoard({ row }: { row: Row }): ReactNode {
  const { t } = useLanguage();
  const { store } = useRoom();
  const { element, part, label } = row;
  if (!element || !store.config.board || store.readOnly) return null;
  const name = part && "issue" in part ? issueLabel(part.issue, t) : (label ?? "");
  return <Way element={element} name={name} />;
}

function Way({ element, name }: { element: string; name: string }): ReactNode {
  const words = usePieceWords();
  const gone = useIsGone(element);
  return (
    <>
      {/* There from the start: what comes into it is read out. */}
      <span className={gone ? "on-board-gone" : "sr-only"} role="status">
        {gone && words.gone}
      </span>
      {!gone && (
        <button
          type="button"
          className="icon-button on-board-show"
          aria-label={words.show(name)}
          title={words.show(name)}
          onClick={() => pieces.go({ to: "board", element })}
        >
          <Icon name="target" />
        </button>
      )}
    </>
  );
}

/** At a line or an issue that is being written: the way to its element, and letting go of it. */
export function OnBoard(props: {
  element: string;
  name: string;
  onShow: (element: string) => void;
  onRelease: () => void;
}): ReactNode {
  const words = usePieceWords();
  const { store } = useRoom();
  const gone = useIsGone(props.element);
  return (
    <span className="on-board">
      {gone || !store.config.board ? (
        <span className="on-board-gone">{words.gone}</span>
      ) : (
        <button type="button" className="chip chip-accent" onClick={() => props.onShow(props.element)}>
          <Icon name="target" />
          {words.onBoard}
        </button>
      )}
      <button
        type="button"
        className="icon-button"
        aria-label={words.release(props.name)}
        title={words.release(props.name)}
        onClick={props.onRelease}
      >
        <Icon name="x" />
      </button>
    </span>
  );
}
