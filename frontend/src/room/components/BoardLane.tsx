/** The board beside the talk: its editor comes when it is first looked at. */
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import { Boundary } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";

const Board = lazy(() => import("../../board/Board.tsx"));

export function BoardLane({ stream, onClose }: { stream: string; onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  const { store, view, table } = useRoom();
  useEffect(() => store.openBoard(), [store]);
  const held = view.streams[stream];
  const refused = view.refused[stream];
  const frozen = table?.agreement?.annexes?.find(({ kind }) => kind === "board");
  return (
    <section className="board-zone" aria-label={t.board}>
      <div className="board-head">
        <h2>
          <Icon name="pencil" /> {t.board}
        </h2>
        {held?.ready && !store.mayDraw(stream) && (
          <span className="chip chip-muted">
            <Icon name="eye" /> {t.boardLookOnly}
          </span>
        )}
        {table?.board_locked && (
          <span className="chip chip-warn" role="status" title={t.supervision.boardLocked}>
            <Icon name="lock" /> {t.supervision.because(table.board_locked.reason)}
          </span>
        )}
        {frozen && (
          <span className="chip chip-good">
            <Icon name="lock" /> {t.boardFrozen(frozen.seq)}
          </span>
        )}
        <button
          type="button"
          className="icon-button"
          aria-label={t.boardClose}
          title={t.boardClose}
          onClick={onClose}
        >
          <Icon name="x" />
        </button>
      </div>
      <div className="board-body">
        {refused ? (
          <p className="empty">{t.boardFailed}</p>
        ) : (
          <Boundary fallback={<Failed />}>
            <Suspense fallback={<p className="board-wait">{t.boardLoading}</p>}>
              {held?.ready ? <Board stream={stream} /> : <p className="board-wait">{t.boardLoading}</p>}
            </Suspense>
          </Boundary>
        )}
      </div>
    </section>
  );
}

function Failed(): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="empty">
      <p>{t.boardFailed}</p>
      <button type="button" className="btn" onClick={() => window.location.reload()}>
        {t.reload}
      </button>
    </div>
  );
}
