/** The board beside the talk: that of both sides or what one's own draws over it, now or as it came to be. */
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useDrawingLanguage } from "../i18n/useDrawingLanguage.ts";
import { Icon } from "../room/components/Icon.tsx";
import { useRoom } from "../room/context.ts";
import { pieces } from "../room/pieces.ts";
import { Board, type Place } from "./Board.tsx";
import { BoardPast } from "./BoardPast.tsx";

export function BoardLane({ stream: both, onClose }: { stream: string; onClose: () => void }): ReactNode {
  const { t } = useDrawingLanguage();
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
  useEffect(() => store.openBoard(stream), [store, stream]);
  const ready = [both, stream].every((id) => view.streams[id]?.ready);
  const refused = view.refused[both] || view.refused[stream];
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
        {refused && <p className="empty">{t.boardFailed}</p>}
        {!ready && !refused && <p className="board-wait">{t.boardLoading}</p>}
        {ready && past && <BoardPast key={stream} stream={stream} onClose={() => setPast(false)} />}
        {ready && !past && (
          <Board key={stream} stream={stream} backdrop={stream === both ? null : both} place={place} />
        )}
      </div>
    </section>
  );
}

/** The board of both sides, or what one's own draws over it for itself. */
function Whose({ ours, onOurs }: { ours: boolean; onOurs: (ours: boolean) => void }): ReactNode {
  const { t } = useDrawingLanguage();
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
  const { t } = useDrawingLanguage();
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
