/** Finds what was said and offered in this room, and goes there. Hits come as plain text in parts. */
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useLanguage } from "../../i18n/index.ts";
import { searchWords as english, type SearchWords } from "../../i18n/search.en.ts";
import { searchWords as spanish } from "../../i18n/search.es.ts";
import { useFormat, useStore } from "../context.ts";
import { Dialog, Problem } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";
import type { Lane } from "./Lanes.tsx";

interface Hit {
  stream: string;
  lane: "table" | "caucus";
  seq: number;
  latest: number;
  kind: "message" | "offer" | "approval" | "request";
  version: number | null;
  by: { name: string } | null;
  at: string;
  snippet: { text: string; hit: boolean }[];
}

interface Page {
  hits: Hit[];
  next: string | null;
  behind: boolean;
}

const NOTHING: Page = { hits: [], next: null, behind: false };
/** After the last key, in milliseconds: somebody who types on is not searched for in between. */
const QUIET_MS = 180;
/** What was asked for last in this room, so that the panel opens again where it was. */
const remembered = { text: "" };

/** What the server finds: null until it has answered. */
function useSearch(text: string) {
  const { config } = useStore();
  const [page, setPage] = useState<Page | null>(null);
  const [failed, setFailed] = useState(false);
  const asked = text.trim();
  const latest = useRef(asked);
  latest.current = asked;

  async function ask(cursor: string | null, signal?: AbortSignal): Promise<Page> {
    const query = new URLSearchParams({ q: asked, room: config.room, ...(cursor ? { cursor } : {}) });
    const answer = await fetch(`${config.searchUrl}?${query}`, signal ? { signal } : {});
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as Page;
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: asks anew when the words change
  useEffect(() => {
    setFailed(false);
    if (!asked) {
      setPage(null);
      return undefined;
    }
    const ended = new AbortController();
    const timer = setTimeout(() => {
      ask(null, ended.signal).then(setPage, () => {
        if (!ended.signal.aborted) setFailed(true);
      });
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [asked]);

  function more(): void {
    if (!page?.next) return;
    const before = asked;
    ask(page.next).then(
      (next) => {
        if (latest.current === before) setPage({ ...next, hits: [...page.hits, ...next.hits] });
      },
      () => setFailed(true),
    );
  }

  return { page, failed, more };
}

interface PanelProps {
  onClose: () => void;
  onLane: (lane: Lane) => void;
}

export function SearchPanel({ onClose, onLane }: PanelProps): ReactNode {
  const { code } = useLanguage();
  const words = code.startsWith("es") ? spanish : english;
  const { config, lookback } = useStore();
  const [text, setText] = useState(remembered.text);
  const [chosen, setChosen] = useState(0);
  const { page, failed, more } = useSearch(text);
  const { hits, next, behind } = page ?? NOTHING;
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  // Here and not in the box: the dialog around it takes the focus first.
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const at = Math.min(chosen, hits.length - 1);

  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [id, at]);

  function go(hit: Hit | undefined): void {
    if (!hit) return;
    remembered.text = text;
    onClose();
    onLane(hit.lane);
    void lookback.goTo(hit.stream, hit.seq, hit.latest === hit.seq ? null : hit.latest);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      go(hits[at]);
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const to = at + (event.key === "ArrowDown" ? 1 : -1);
    if (to >= hits.length && next) more();
    setChosen(Math.max(0, Math.min(to, hits.length - 1)));
  }

  return (
    <Dialog
      title={words.title}
      icon="search"
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note">
            <a
              className="textlink"
              href={`${config.searchPageUrl}?${new URLSearchParams({ q: text.trim() })}`}
            >
              {words.everywhere}
            </a>
          </span>
          {next && (
            <button type="button" className="btn btn-sm" onClick={more}>
              {words.more}
            </button>
          )}
        </>
      }
    >
      <SearchBox
        input={input}
        id={id}
        words={words}
        text={text}
        onText={(next) => {
          setText(next);
          setChosen(0);
        }}
        chosen={hits.length > 0 ? `${id}-${at}` : null}
        onKeyDown={onKeyDown}
      />
      {failed && <Problem>{words.failed}</Problem>}
      <p className={hits.length > 0 ? "sr-only" : "search-none"} role="status">
        {page && (hits.length > 0 ? words.found(hits.length, next !== null) : words.nothing)}
      </p>
      {behind && <p className="faint">{words.behind}</p>}
      <Hits id={id} hits={hits} at={at} words={words} onGo={go} />
    </Dialog>
  );
}

interface BoxProps {
  input: RefObject<HTMLInputElement | null>;
  id: string;
  words: SearchWords;
  text: string;
  onText: (text: string) => void;
  /** The id of the hit that Enter leads to. */
  chosen: string | null;
  onKeyDown: (event: KeyboardEvent) => void;
}

function SearchBox({ input, id, words, text, onText, chosen, onKeyDown }: BoxProps): ReactNode {
  return (
    <div className="search-box">
      <input
        ref={input}
        type="text"
        enterKeyHint="search"
        className="control"
        role="combobox"
        aria-label={words.label}
        aria-describedby={`${id}-hint`}
        aria-expanded={chosen !== null}
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen ?? undefined}
        aria-autocomplete="list"
        placeholder={words.label}
        autoComplete="off"
        maxLength={200}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p className="faint" id={`${id}-hint`}>
        {words.hint}
      </p>
    </div>
  );
}

interface HitsProps {
  id: string;
  hits: Hit[];
  at: number;
  words: SearchWords;
  onGo: (hit: Hit) => void;
}

function Hits({ id, hits, at, words, onGo }: HitsProps): ReactNode {
  return (
    <div className="hits search-hits" role="listbox" id={`${id}-list`} aria-label={words.title}>
      {hits.map((hit, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the input, which keeps the focus
        <div
          key={`${hit.stream} ${hit.seq}`}
          id={`${id}-${index}`}
          className="hit"
          role="option"
          tabIndex={-1}
          aria-selected={index === at}
          onClick={() => onGo(hit)}
        >
          <HitText hit={hit} words={words} />
        </div>
      ))}
    </div>
  );
}

interface HitProps {
  hit: Hit;
  words: SearchWords;
}

function HitText({ hit, words }: HitProps): ReactNode {
  return (
    <>
      <p className="hit-text">
        {hit.snippet.map((part, index) =>
          // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and do not move
          part.hit ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
        )}
      </p>
      <HitSource hit={hit} words={words} />
    </>
  );
}

/** Where it stands, who said it, and when. */
function HitSource({ hit, words }: HitProps): ReactNode {
  const format = useFormat();
  return (
    <p className="hit-sub">
      {hit.lane === "caucus" && (
        <span className="chip chip-caucus">
          <Icon name="lock-keyhole" />
          {words.ourSide}
        </span>
      )}
      {hit.kind === "offer" && hit.version !== null && (
        <span className="chip">{words.offer(hit.version)}</span>
      )}
      {hit.kind === "approval" && <span className="chip">{words.approval}</span>}
      {hit.by && <span>{hit.by.name}</span>}
      <time dateTime={hit.at}>{format.moment(hit.at)}</time>
      {hit.latest !== hit.seq && <span>{words.corrected}</span>}
    </p>
  );
}
