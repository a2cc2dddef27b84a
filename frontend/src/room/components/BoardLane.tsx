/** The board beside the talk: its editor comes when it is first looked at. */
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Place } from "../../board/Board.tsx";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import { loadEditor, noteOpened } from "../editor.ts";
import { pieces } from "../pieces.ts";
import { Boundary } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";

const Board = lazy(async () => ({ default: (await loadEditor()).Board }));
const BoardPast = lazy(async () => ({ default: (await loadEditor()).BoardPast }));

export function BoardLane({ stream: both, onClose }: { stream: string; onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  const { store, view } = useRoom();
  const { layer } = store.config;
  const [ours, setOurs] = useState(false);
  const [past, setPast] = useState(false);
  const place = useRef<Place | null>(null);
  const stream = ours && layer ? layer : both;
  // What an offer names is on the board of both, as it is now.
  const wanted = useSyncExternalStore(pieces.subscribe, pieces.wanted);
  if (wanted !== null && ours) setOurs(false);
  if (wanted !== null && past) setPast(false);
  useEffect(() => {
    store.openBoard(both);
    noteOpened();
    loadEditor().catch(() => undefined); // beside the board, not behind it
  }, [store, both]);
  useEffect(() => store.openBoard(stream), [store, stream]);
  const ready = [both, stream].every((id) => view.streams[id]?.ready);
  return (
    <section className={ours ? "board-zone board-ours" : "board-zone"} aria-label={t.board}>
      <div className="board-head">
        <h2>
          <Icon name="pencil" /> {t.board}
        </h2>
        {layer && <Whose ours={ours} onOurs={setOurs} />}
        <Chips stream={stream} ours={ours} />
        <span className="board-acts">
          <button
            type="button"
            className="icon-button"
            aria-label={t.boardHistory}
            aria-pressed={past}
            title={t.boardHistory}
            onClick={() => setPast(!past)}
          >
            <Icon name="history" />
          </button>
          <button
            type="button"
            className="icon-button"
            aria-label={t.boardClose}
            title={t.boardClose}
            onClick={onClose}
          >
            <Icon name="x" />
          </button>
        </span>
      </div>
      <div className="board-body">
        {view.refused[both] || view.refused[stream] ? (
          <p className="empty">{t.boardFailed}</p>
        ) : (
          <Boundary fallback={<Failed />}>
            <Suspense fallback={<p className="board-wait">{t.boardLoading}</p>}>
              {!ready && <p className="board-wait">{t.boardLoading}</p>}
              {ready && past && <BoardPast key={stream} stream={stream} onClose={() => setPast(false)} />}
              {ready && !past && (
                <Board key={stream} stream={stream} backdrop={stream === both ? null : both} place={place} />
              )}
            </Suspense>
          </Boundary>
        )}
      </div>
    </section>
  );
}

/** The board of both sides, or what one's own draws over it for itself. */
function Whose({ ours, onOurs }: { ours: boolean; onOurs: (ours: boolean) => void }): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="segments board-whose" role="group" aria-label={t.boardWhose}>
      <button type="button" aria-pressed={!ours} onClick={() => onOurs(false)}>
        {t.boardBoth}
      </button>
      <button type="button" aria-pressed={ours} title={t.boardOursHint} onClick={() => onOurs(true)}>
        <Icon name="lock-keyhole" /> {t.boardOurs}
      </button>
    </div>
  );
}

function Chips({ stream, ours }: { stream: string; ours: boolean }): ReactNode {
  const { t } = useLanguage();
  const { store, view, table } = useRoom();
  const frozen = table?.agreement?.annexes?.find(({ kind }) => kind === "board");
  return (
    <>
      {view.streams[stream]?.ready && !store.mayDraw(stream) && (
        <span className="chip chip-muted">
          <Icon name="eye" /> {t.boardLookOnly}
        </span>
      )}
      {table?.board_locked && !ours && (
        <span className="chip chip-warn" role="status" title={t.supervision.boardLocked}>
          <Icon name="lock" /> {t.supervision.because(table.board_locked.reason)}
        </span>
      )}
      {frozen && !ours && (
        <span className="chip chip-good">
          <Icon name="lock" /> {t.boardFrozen(frozen.seq)}
        </span>
      )}
    </>
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
