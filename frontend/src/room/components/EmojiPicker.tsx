/** All emoji, to look through or to search by name. */
import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { matchEmoji } from "../suggest.ts";
import { useEmoji } from "./Suggest.tsx";

/** How many are drawn at once: whoever wants another one searches. */
const DRAWN_MAX = 320;

export default function EmojiPicker(props: {
  onPick: (char: string) => void;
  onClose: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const all = useEmoji(true);
  const [query, setQuery] = useState("");
  const search = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const hint = useId();
  useLayoutEffect(() => search.current?.focus(), []);
  const found = (query.trim() ? matchEmoji(all, query) : all).slice(0, DRAWN_MAX);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.stopPropagation();
      props.onClose();
      return;
    }
    const buttons = [...(grid.current?.querySelectorAll("button") ?? [])];
    const now = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = moved(buttons, now, event.key);
    if (next === null) return;
    event.preventDefault();
    if (next < 0) search.current?.focus();
    else buttons[next]?.focus();
  }

  return (
    <div className="emoji-picker" role="dialog" aria-label={t.writing.pickEmoji} onKeyDown={onKeyDown}>
      <input
        ref={search}
        type="search"
        value={query}
        placeholder={t.writing.searchEmoji}
        aria-label={t.writing.searchEmoji}
        aria-controls={hint}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          const first = found[0];
          if (event.key !== "Enter") return;
          event.preventDefault();
          if (first) props.onPick(first[0]);
        }}
      />
      <div ref={grid} id={hint} className="emoji-grid">
        {found.map(([char, name]) => (
          <button
            key={char}
            type="button"
            tabIndex={-1}
            aria-label={name}
            title={name}
            onClick={() => props.onPick(char)}
          >
            {char}
          </button>
        ))}
        {found.length === 0 && all.length > 0 && <p className="faint">{t.writing.noEmoji}</p>}
      </div>
    </div>
  );
}

/** The button that an arrow leads to, -1 for the search above them, null for another key. */
function moved(buttons: HTMLElement[], now: number, key: string): number | null {
  if (key === "ArrowDown" && now < 0) return buttons.length > 0 ? 0 : null;
  if (now < 0) return null;
  if (key === "ArrowRight") return Math.min(now + 1, buttons.length - 1);
  if (key === "ArrowLeft") return now - 1;
  const top = buttons[now]?.offsetTop ?? 0;
  const columns = buttons.filter(({ offsetTop }) => offsetTop === buttons[0]?.offsetTop).length || 1;
  if (key === "ArrowDown") return Math.min(now + columns, buttons.length - 1);
  if (key === "ArrowUp") return top === buttons[0]?.offsetTop ? -1 : now - columns;
  return null;
}
