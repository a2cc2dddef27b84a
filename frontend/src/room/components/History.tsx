/** The room at any of its events: a slider over them, and under it everything as it was. */
import { type ReactNode, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { PastWords } from "../../i18n/past.en.ts";
import type { RoomEvent } from "../../protocol/types.ts";
import "../../styles/past.css";
import { personName, StoreContext, useFormat, useRoom, useStore } from "../context.ts";
import { PastStore } from "../PastStore.ts";
import { type Moment, nextStep } from "../past.ts";
import { systemLine } from "../systemLines.ts";
import { type Past, usePast } from "../usePast.ts";
import { usePhone, useWide } from "../usePhone.ts";
import { Problem } from "./Basics.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { type Lane, Lanes } from "./Lanes.tsx";
import { Stream, type StreamHandle } from "./Stream.tsx";
import { SupervisionBanner } from "./Supervised.tsx";
import { TableBar } from "./TableBar.tsx";
import { Terms } from "./Terms.tsx";

/** How long each event is shown while it plays, and until a board is asked for, in milliseconds. */
const PLAY_EVERY_MS = 900;
const BOARD_AFTER_MS = 300;
const NOTHING = (): void => undefined;

interface HistoryProps {
  words: PastWords;
  onClose: () => void;
}

export function History(props: HistoryProps): ReactNode {
  const store = useStore();
  const { stream } = useRoom();
  const [seq, setSeq] = useState(() => Math.max(1, stream.head));
  const past = usePast(seq);
  const shown = useRef<StreamHandle>(null);
  const go = (to: number): void => setSeq(Math.min(Math.max(1, to), stream.head));
  const { moment } = past;
  const then = useMemo(() => moment && new PastStore(store, moment), [store, moment]);
  const [playing, setPlaying] = usePlaying(seq, stream.head, go);
  usePastKeys({ ...props, seq, go, past, playing, setPlaying, onStep: (by) => shown.current?.step(by) });
  const [lane, setLane] = useState<Lane>("table");
  return (
    <div className="room room-past" data-lane={lane} data-side="moderator">
      <div className="banners">
        <Scrubber
          {...props}
          seq={seq}
          head={stream.head}
          past={past}
          go={go}
          playing={playing}
          onPlay={setPlaying}
        />
        {then && (
          <StoreContext value={then}>
            <SupervisionBanner />
          </StoreContext>
        )}
      </div>
      {then && moment && (
        <StoreContext value={then}>
          <Then
            words={props.words}
            moment={moment}
            now={moment.seq === stream.head}
            lane={lane}
            onLane={setLane}
            handle={shown}
          />
        </StoreContext>
      )}
    </div>
  );
}

/** Steps on by itself until the newest event is reached. */
function usePlaying(seq: number, head: number, go: (to: number) => void) {
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return undefined;
    if (seq >= head) {
      setPlaying(false);
      return undefined;
    }
    const timer = setTimeout(() => go(seq + 1), PLAY_EVERY_MS);
    return () => clearTimeout(timer);
  });
  return [playing, setPlaying] as const;
}

interface KeysProps extends HistoryProps {
  seq: number;
  go: (to: number) => void;
  past: Past;
  playing: boolean;
  setPlaying: (on: boolean) => void;
  onStep: (by: 1 | -1) => void;
}

function usePastKeys(props: KeysProps): void {
  const latest = useRef(props);
  useLayoutEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const { seq, go, past, playing, setPlaying, onClose, onStep } = latest.current;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const inField = (event.target as HTMLElement | null)?.closest("input, select, dialog") != null;
      const offer = (by: 1 | -1): void => go(nextStep(past.steps, seq, by) ?? seq);
      const actions: Record<string, () => void> = {
        "[": () => offer(-1),
        "]": () => offer(1),
        p: () => setPlaying(!playing),
        h: onClose,
        Escape: onClose,
        // The slider has these keys itself.
        ...(inField ? {} : { ArrowLeft: () => go(seq - 1), ArrowRight: () => go(seq + 1) }),
        ...(inField ? {} : { j: () => onStep(1), k: () => onStep(-1) }),
      };
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

interface ScrubberProps extends HistoryProps {
  seq: number;
  head: number;
  past: Past;
  go: (to: number) => void;
  playing: boolean;
  onPlay: (on: boolean) => void;
}

function Scrubber(props: ScrubberProps): ReactNode {
  const { words, seq, head, past, go, playing, onPlay } = props;
  const slider = useRef<HTMLInputElement>(null);
  const id = useId();
  const moment = useMomentText();
  const what = useWhat(words);
  useLayoutEffect(() => slider.current?.focus(), []);
  const { event } = past.moment ?? {};
  const at = event ? moment(event.at) : "";
  const tells = event ? what(event, past.moment) : words.loading;
  const stop = (to: number | null): void => {
    onPlay(false);
    if (to !== null) go(to);
  };
  const before = nextStep(past.steps, seq, -1);
  const after = nextStep(past.steps, seq, 1);
  return (
    <section className="past" aria-label={words.title}>
      <p className="past-where">
        <Icon name="history" />
        <span role="status" aria-live={playing ? "off" : "polite"}>
          <b>{words.looking(seq, head, at)}</b>{" "}
          <span className="past-what">{past.loading ? words.loading : tells}</span>
        </span>
        <button type="button" className="btn btn-primary btn-sm" onClick={props.onClose}>
          <Icon name="undo-2" /> {words.back}
        </button>
      </p>
      {past.failed && <Problem>{words.failed}</Problem>}
      <div className="past-controls">
        <Control
          icon="skip-back"
          label={words.offerBack}
          off={before === null}
          onClick={() => stop(before)}
        />
        <Control icon="arrow-left" label={words.stepBack} off={seq <= 1} onClick={() => stop(seq - 1)} />
        <label className="sr-only" htmlFor={id}>
          {words.slider}
        </label>
        <input
          ref={slider}
          id={id}
          type="range"
          min={1}
          max={Math.max(1, head)}
          value={seq}
          aria-valuetext={words.value(seq, head, at, tells)}
          onInput={(input) => stop(Number(input.currentTarget.value))}
        />
        <Control icon="arrow-right" label={words.stepOn} off={seq >= head} onClick={() => stop(seq + 1)} />
        <Control icon="skip-forward" label={words.offerOn} off={after === null} onClick={() => stop(after)} />
        <Control
          icon={playing ? "pause" : "play"}
          label={playing ? words.pause : words.play}
          off={!playing && seq >= head}
          onClick={() => onPlay(!playing)}
        />
      </div>
    </section>
  );
}

function Control(props: { icon: IconName; label: string; off: boolean; onClick: () => void }): ReactNode {
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={props.label}
      title={props.label}
      // Not `disabled`: a key that has just been pressed at the end must not lose its focus.
      aria-disabled={props.off}
      onClick={() => props.off || props.onClick()}
    >
      <Icon name={props.icon} />
    </button>
  );
}

function useMomentText(): (at: string) => string {
  const { code } = useLanguage();
  const text = useMemo(
    () =>
      new Intl.DateTimeFormat(code, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" }),
    [code],
  );
  return (at) => text.format(new Date(at));
}

/** In a few words, what happened with an event. */
function useWhat(words: PastWords): (event: RoomEvent, moment: Moment | null) => string {
  const { t } = useLanguage();
  const format = useFormat();
  const { table, view } = useRoom();
  const name = (id: string | null): string => personName(table, view, id, t);
  return (event) => {
    switch (event.kind) {
      case "message.sent":
        return words.said(name(event.by));
      case "offer.seen":
        return words.saw(name(event.by), event.body.version);
      case "offer.proposed":
      case "offer.countered":
      case "offer.superseded":
        return words.offered(name(event.by), event.body.offer.version);
      default:
        return systemLine(event, name, t, format).text;
    }
  };
}

interface ThenProps {
  words: PastWords;
  moment: Moment;
  now: boolean;
  lane: Lane;
  onLane: (lane: Lane) => void;
  handle: React.RefObject<StreamHandle | null>;
}

/** Everything as it was, by the components that show it as it is. */
function Then({ words, moment, now, lane, onLane, handle }: ThenProps): ReactNode {
  const { config } = useStore();
  const [version, setVersion] = useState<number | null>(null);
  const phone = usePhone();
  const wide = useWide();
  const talking = lane === "board" ? wide : lane !== "terms" || !phone;
  return (
    <>
      <TableBar open={NOTHING} onCaucus={NOTHING} />
      <Lanes lane={lane} unread={{ table: 0, caucus: 0 }} organisation="" onLane={onLane} />
      {talking && (
        <Stream
          ref={handle}
          id={config.table}
          caucus={false}
          organisation=""
          open={NOTHING}
          onCompare={(one) => {
            setVersion(one);
            if (phone) onLane("terms");
          }}
          onBoard={() => onLane("board")}
          onRead={NOTHING}
        />
      )}
      {lane === "board" && <BoardThen words={words} moment={moment} now={now} />}
      <Terms open={NOTHING} shown={version} onShow={setVersion} />
    </>
  );
}

function BoardThen({ words, moment, now }: { words: PastWords; moment: Moment; now: boolean }): ReactNode {
  const { t } = useLanguage();
  const text = useMomentText();
  const picture = useBoardPicture(moment.seq);
  const label = words.board(text(moment.event.at));
  const said = { loading: words.loading, empty: words.boardEmpty, failed: words.boardFailed };
  return (
    <section className="board-zone past-board" aria-label={t.board}>
      <div className="board-head">
        <h2>
          <Icon name="pencil" /> {label}
        </h2>
        {now && <span className="chip chip-muted">{words.boardNow}</span>}
      </div>
      <div className="board-body" data-drawn={picture.is === "there"}>
        {picture.is === "there" ? (
          <img src={picture.href} alt={label} />
        ) : (
          <p className="muted" role="status">
            {said[picture.is]}
          </p>
        )}
      </div>
    </section>
  );
}

type Picture = { is: "loading" | "empty" | "failed" } | { is: "there"; href: string };

/** The picture of the board at an event of the table, once the slider has rested there. */
function useBoardPicture(seq: number): Picture {
  const { boardPictureUrl } = useStore().config;
  const [picture, setPicture] = useState<Picture>({ is: "loading" });
  useEffect(() => {
    const stop = new AbortController();
    let href = "";
    const timer = setTimeout(() => {
      fetch(`${boardPictureUrl}?at=${seq}`, { signal: stop.signal })
        .then(async (answer) => {
          if (answer.status === 204) return setPicture({ is: "empty" });
          if (!answer.ok) return setPicture({ is: "failed" });
          href = URL.createObjectURL(await answer.blob());
          return setPicture({ is: "there", href });
        })
        .catch(() => stop.signal.aborted || setPicture({ is: "failed" }));
    }, BOARD_AFTER_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
      URL.revokeObjectURL(href);
    };
  }, [boardPictureUrl, seq]);
  return picture;
}
