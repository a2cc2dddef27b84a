/** What is left of a room: its board, the way back through it, and what one takes away. */
import type { ReactNode } from "react";
import type { PastWords } from "../../i18n/past.en.ts";
import "../../styles/past.css";
import { useRoom } from "../context.ts";
import { BoardThumbnail } from "./BoardThumbnail.tsx";
import { Icon, type IconName } from "./Icon.tsx";

interface RecordProps {
  words: PastWords;
  onHistory: () => void;
  onBoard: () => void;
}

export function Record({ words, onHistory, onBoard }: RecordProps): ReactNode {
  const { store } = useRoom();
  const { roomUrl, verifyUrl, caucus } = store.config;
  const link = (icon: IconName, text: string, href: string, download = true): ReactNode => (
    <li>
      <a href={href} {...(download ? { download: "" } : {})}>
        <Icon name={icon} /> {text}
      </a>
    </li>
  );
  return (
    <>
      <section className="terms-part record">
        <h2>
          <Icon name="history" /> {words.record}
        </h2>
        <button type="button" className="btn" id="open-history" title={words.historyHint} onClick={onHistory}>
          <Icon name="history" /> {words.history}
        </button>
        <ul>
          {link("file-text", words.pdf, `${roomUrl}transcript.pdf`)}
          {link("download", words.json, `${roomUrl}transcript.json`)}
          {caucus && link("lock-keyhole", words.caucus, `${roomUrl}transcript.json?of=caucus`)}
          {verifyUrl && link("shield-check", words.verify, verifyUrl, false)}
        </ul>
      </section>
      {/* Below all else: when its picture comes, nothing that one is about to press moves away. */}
      {store.config.board && <BoardThumbnail onOpen={onBoard} />}
    </>
  );
}
