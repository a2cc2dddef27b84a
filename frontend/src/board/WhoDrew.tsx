/** Who drew what is selected, when it was one person. */
import type { ReactNode } from "react";
import { useDrawingLanguage } from "../i18n/useDrawingLanguage.ts";
import { useRoom } from "../room/context.ts";

export function WhoDrew({ stream, selected }: { stream: string; selected: readonly string[] }): ReactNode {
  const { t } = useDrawingLanguage();
  const { view, table } = useRoom();
  const authors = view.streams[stream]?.board.authors;
  const [by, ...others] = new Set(selected.map((id) => authors?.get(id)));
  const person = table?.participants.find(({ id }) => id === by);
  if (!person || others.length > 0) return null;
  return (
    <p className="board-author" role="status">
      {t.boardDrawnBy(person.id === view.you.id ? null : person.name)}
    </p>
  );
}
