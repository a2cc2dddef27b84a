/** What of the board stands in the room before its editor is there. The lane itself comes with the editor. */
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useStore } from "../context.ts";
import { loadEditor, noteOpened } from "../editor.ts";
import { Boundary } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";

const BoardLane = lazy(async () => ({ default: (await loadEditor()).BoardLane }));

interface BoardPartProps {
  stream: string;
  onClose: () => void;
}

export function BoardPart(props: BoardPartProps): ReactNode {
  const { t } = useLanguage();
  const store = useStore();
  useEffect(() => {
    store.openBoard(props.stream); // beside the editor, not behind it
    noteOpened();
  }, [store, props.stream]);
  const failed = (
    <div className="empty">
      <p>{t.boardFailed}</p>
      <button type="button" className="btn" onClick={() => window.location.reload()}>
        {t.reload}
      </button>
    </div>
  );
  return (
    <Boundary fallback={<Empty {...props}>{failed}</Empty>}>
      <Suspense
        fallback={
          <Empty {...props}>
            <p className="board-wait">{t.boardLoading}</p>
          </Empty>
        }
      >
        <BoardLane {...props} />
      </Suspense>
    </Boundary>
  );
}

function Empty({ onClose, children }: BoardPartProps & { children: ReactNode }): ReactNode {
  const { t } = useLanguage();
  return (
    <section className="board-zone" aria-label={t.board}>
      <div className="board-head">
        <h2>
          <Icon name="pencil" /> {t.board}
        </h2>
        <span className="board-acts">
          <button type="button" className="icon-button" aria-label={t.boardClose} onClick={onClose}>
            <Icon name="x" />
          </button>
        </span>
      </div>
      <div className="board-body">{children}</div>
    </section>
  );
}
