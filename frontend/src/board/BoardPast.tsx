/** How the board came to be: a slider through all that was drawn, its saved versions, and the way back to one. */
import "./assets.ts";
import { CaptureUpdateAction, Excalidraw } from "@excalidraw/excalidraw";
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import "@excalidraw/excalidraw/index.css";
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { useDrawingLanguage } from "../i18n/useDrawingLanguage.ts";
import type { BoardElement } from "../protocol/commands.ts";
import { Problem } from "../room/components/Basics.tsx";
import { Icon } from "../room/components/Icon.tsx";
import { useObserving } from "../room/components/Observing.tsx";
import { useFormat, useRoom } from "../room/context.ts";
import { useDecision } from "../room/useDecision.ts";
import { ways } from "../room/ways.ts";
import "../styles/board.css";
import { addressesOf } from "./addresses.ts";
import { albumOf, fit as fitted, inEditor } from "./editor.ts";
import { BoardImages, imageOf } from "./images.ts";
import { fetchSteps, Replay, type Step } from "./replay.ts";
import { useDark } from "./useDark.ts";
import { useNamed } from "./useNamed.ts";

/** A whole history is played in so long, in milliseconds, */
const PLAYED_IN_MS = 20_000;
/** and a step is seen so long at most and at least. */
const STEP_MAX_MS = 500;
const STEP_MIN_MS = 40;

interface BoardPastProps {
  stream: string;
  onClose: () => void;
}

type Loaded = { is: "loading"; part: number } | { is: "failed" } | { is: "there"; replay: Replay };

export function BoardPast(props: BoardPastProps): ReactNode {
  const { t } = useDrawingLanguage();
  const loaded = useSteps(props.stream);
  if (loaded.is === "loading") {
    return (
      <div className="board-wait">
        <progress className="meter" max={1} value={loaded.part} aria-label={t.boardLoading} />
      </div>
    );
  }
  if (loaded.is === "failed") return <p className="empty">{t.boardHistoryFailed}</p>;
  if (loaded.replay.steps.length === 0) return <p className="empty">{t.boardNothingYet}</p>;
  return <Player {...props} replay={loaded.replay} />;
}

function useSteps(stream: string): Loaded {
  const { config } = useRoom().store;
  const [loaded, setLoaded] = useState<Loaded>({ is: "loading", part: 0 });
  useEffect(() => {
    const stop = new AbortController();
    const query = addressesOf(config, stream).query.replace("?", "&");
    fetchSteps(
      `${config.roomUrl}board/events`,
      query,
      (part) => setLoaded({ is: "loading", part }),
      stop.signal,
    )
      // Pictures that were put up are no change of what is seen.
      .then((steps) => steps.filter(({ elements, name }) => elements.length > 0 || name))
      .then((steps) => setLoaded({ is: "there", replay: new Replay(steps) }))
      .catch(() => stop.signal.aborted || setLoaded({ is: "failed" }));
    return () => stop.abort();
  }, [config, stream]);
  return loaded;
}

type PlayerProps = BoardPastProps & { replay: Replay };

function Player({ stream, replay, onClose }: PlayerProps): ReactNode {
  const { t } = useDrawingLanguage();
  const { steps } = replay;
  const [count, setCount] = useState(steps.length);
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return undefined;
    const wait = Math.max(STEP_MIN_MS, Math.min(STEP_MAX_MS, PLAYED_IN_MS / steps.length));
    const timer = setInterval(() => setCount((now) => Math.min(now + 1, steps.length)), wait);
    return () => clearInterval(timer);
  }, [playing, steps.length]);
  if (playing && count >= steps.length) setPlaying(false);
  const go = (to: number): void => {
    setPlaying(false);
    setCount(to);
  };
  return (
    <div className="board-past">
      <Shown stream={stream} scene={useMemo(() => replay.scene(count), [replay, count])} whole={replay} />
      <Controls
        replay={replay}
        count={count}
        playing={playing}
        onGo={go}
        onPlay={() => {
          if (count >= steps.length) setCount(0);
          setPlaying(!playing);
        }}
      >
        <PutBack stream={stream} step={steps[count - 1]} last={count >= steps.length} onClose={onClose} />
        <button type="button" className="btn btn-sm" onClick={onClose}>
          {t.boardBackToNow}
        </button>
      </Controls>
    </div>
  );
}

function Shown(props: { stream: string; scene: BoardElement[]; whole: Replay }): ReactNode {
  const { t, code } = useDrawingLanguage();
  const { store } = useRoom();
  const { stream, scene, whole } = props;
  const [api, setApi] = useState<ExcalidrawImperativeAPI | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const dark = useDark();
  useNamed(frame, t);
  const album = useMemo(() => {
    const url = `${store.config.roomUrl}board/images`;
    const { query } = addressesOf(store.config, stream);
    return api && new BoardImages(url, store.config.csrf, () => albumOf(api), query);
  }, [store, stream, api]);
  useEffect(() => {
    if (!api) return;
    const elements = inEditor(scene.flatMap((one) => fitted(one) ?? []));
    api.updateScene({ elements, captureUpdate: CaptureUpdateAction.NEVER });
    album?.want(scene.flatMap((one) => imageOf(one) ?? []));
  }, [api, album, scene]);
  useEffect(() => {
    // All that was ever there stays in sight, whatever is shown of it.
    const ever = whole.steps.flatMap(({ elements }) => elements.filter(({ isDeleted }) => !isDeleted));
    if (api) api.scrollToContent(inEditor(ever.flatMap((one) => fitted(one) ?? [])), { fitToContent: true });
  }, [api, whole]);
  return (
    <div className="board-editor board-past-shown" ref={frame}>
      <Excalidraw
        excalidrawAPI={setApi}
        langCode={code === "es" ? "es-ES" : "en"}
        theme={dark ? "dark" : "light"}
        viewModeEnabled
        zenModeEnabled
        aiEnabled={false}
        autoFocus={false}
        validateEmbeddable={false}
      />
    </div>
  );
}

interface ControlsProps {
  replay: Replay;
  count: number;
  playing: boolean;
  onGo: (count: number) => void;
  onPlay: () => void;
  children: ReactNode;
}

function Controls({ replay, count, playing, onGo, onPlay, children }: ControlsProps): ReactNode {
  const { t } = useDrawingLanguage();
  const said = useSaid(replay.steps[count - 1]);
  const { steps } = replay;
  return (
    <div className="board-past-controls">
      <button
        type="button"
        className="icon-button"
        aria-label={playing ? t.boardPause : t.boardPlay}
        title={playing ? t.boardPause : t.boardPlay}
        onClick={onPlay}
      >
        <Icon name={playing ? "pause" : "play"} />
      </button>
      <input
        type="range"
        min={0}
        max={steps.length}
        value={count}
        aria-label={t.boardMoment}
        aria-valuetext={`${t.boardStep(count, steps.length)} ${said}`}
        onChange={(event) => onGo(Number(event.target.value))}
      />
      <span className="board-past-said faint" role="status" aria-live={playing ? "off" : "polite"}>
        {said || t.boardStep(count, steps.length)}
      </span>
      <Saved replay={replay} count={count} onGo={onGo} />
      {children}
    </div>
  );
}

/** When a step was, and whose. */
function useSaid(step: Step | undefined): string {
  const format = useFormat();
  const { table } = useRoom();
  if (!step) return "";
  const who = table?.participants.find(({ id }) => id === step.by)?.name;
  return [format.moment(step.at), who, step.name && `“${step.name}”`].filter(Boolean).join(" · ");
}

function Saved({ replay, count, onGo }: Pick<ControlsProps, "replay" | "count" | "onGo">): ReactNode {
  const { t } = useDrawingLanguage();
  const { table } = useRoom();
  const id = useId();
  const agreed = table?.agreement?.annexes?.find(({ kind }) => kind === "board");
  const saved = replay.steps.flatMap(({ seq, name }) => (name ? [{ seq, name }] : []));
  const all = agreed ? [...saved, { seq: agreed.seq, name: t.boardVersionAgreed }] : saved;
  if (all.length === 0) return null;
  const here = all.find(({ seq }) => replay.countAt(seq) === count);
  return (
    <select
      id={id}
      className="board-past-saved"
      aria-label={t.boardVersions}
      value={here ? String(all.indexOf(here)) : ""}
      onChange={(event) => {
        const one = all[Number(event.target.value)];
        if (event.target.value && one) onGo(replay.countAt(one.seq));
      }}
    >
      <option value="">{t.boardVersions}</option>
      {all.map(({ seq, name }, at) => (
        <option key={`${seq} ${name}`} value={at}>
          {name}
        </option>
      ))}
    </select>
  );
}

interface PutBackProps extends BoardPastProps {
  step: Step | undefined;
  /** It is how the board is now. */
  last: boolean;
}

/** Of the board of both a moderator puts it back, with a reason; of a layer its side. */
function PutBack({ stream, step, last, onClose }: PutBackProps): ReactNode {
  const { t } = useDrawingLanguage();
  const { store, connected } = useRoom();
  const format = useFormat();
  const steppedIn = useObserving() === "in";
  const own = stream === store.config.layer;
  const { busy, problem, decide } = useDecision(onClose);
  if (!step || last || !(own ? store.mayDraw(stream) : steppedIn)) return null;
  const { seq } = step;
  const name = step.name ? `“${step.name}”` : format.moment(step.at);
  const asked = { act: "restore_board", name, seq, onDone: onClose } as const;
  return (
    <>
      <Problem>{problem}</Problem>
      <button
        type="button"
        className={own ? "btn btn-sm btn-primary" : "btn btn-sm btn-danger"}
        disabled={busy || !connected}
        onClick={() =>
          own ? decide({ t: "board.restore", stream, seq }) : ways.now?.open({ kind: "moderate", asked })
        }
      >
        <Icon name="rotate-ccw" /> {t.boardPutBack}
      </button>
    </>
  );
}
