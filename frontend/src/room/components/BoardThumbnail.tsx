/** What is on the board, small, beside the talk: the way to it. Nothing while nothing is on it. */
import { type ReactNode, useEffect, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import { Icon } from "./Icon.tsx";
import "../../styles/boardThumbnail.css";

/** Looked for this often while the page is seen, in milliseconds: the board's stream is open only where it is looked at. */
const LOOK_EVERY_MS = 60_000;
/** And so long after a change that is known of, in milliseconds: more may come. */
const LOOK_AFTER_MS = 2_000;

export function BoardThumbnail({ onOpen }: { onOpen: () => void }): ReactNode {
  const { t } = useLanguage();
  const picture = useThumbnail();
  if (!picture) return null;
  return (
    <section className="board-thumbnail">
      <h2 className="eyebrow">
        <Icon name="pencil" /> {t.board}
      </h2>
      <button type="button" onClick={onOpen}>
        <img src={picture} alt={t.boardThumbnail} />
      </button>
    </section>
  );
}

/** The address of the newest picture; null while there is none. */
function useThumbnail(): string | null {
  const { store, view } = useRoom();
  const { boardPictureUrl, board } = store.config;
  const [picture, setPicture] = useState<string | null>(null);
  const [ask, setAsk] = useState(0);
  const head = board ? view.streams[board]?.head : undefined;
  useEffect(() => {
    const look = (): void => {
      if (document.visibilityState === "visible") setAsk((now) => now + 1);
    };
    const timer = setInterval(look, LOOK_EVERY_MS);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again at each of them
  useEffect(() => {
    if (!boardPictureUrl) return undefined;
    const stop = new AbortController();
    const url = boardPictureUrl.replace(/board\.png$/, "board-thumbnail.png");
    const timer = setTimeout(
      () => {
        fetch(url, { signal: stop.signal, cache: "no-cache" })
          .then(async (answer) => {
            if (answer.status === 204) setPicture(null);
            else if (answer.ok) setPicture(URL.createObjectURL(await answer.blob()));
          })
          // What could not be fetched is asked for again later; what was there stays.
          .catch(() => undefined);
      },
      head === undefined ? 0 : LOOK_AFTER_MS,
    );
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [boardPictureUrl, head, ask]);
  useEffect(() => () => (picture ? URL.revokeObjectURL(picture) : undefined), [picture]);
  return picture;
}
