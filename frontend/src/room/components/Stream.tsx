/** One stream of messages, offer cards and system lines. */
import {
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";

import { Virtualizer } from "virtua";
import { useLanguage } from "../../i18n/index.ts";
import { personName, useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import { emptyStream, type StreamState, waitingApproval } from "../roomState.ts";
import { buildRows, isNews, type Row } from "../rows.ts";
import { type Said, whatWasSaid } from "../said.ts";
import { focusRow, useArrival, useLook, usePart } from "../useAddress.ts";
import { usePlace, useReading } from "../usePlace.ts";
import { Boundary, Problem } from "./Basics.tsx";
import { Composer } from "./Composer.tsx";
import { DayRow, PendingRow, SystemRow, UnreadRow } from "./Entries.tsx";
import { Icon } from "./Icon.tsx";
import { type Doing, type MessageActs, MessageRow, useMay, useQuote } from "./Message.tsx";
import { Observing, useObserving } from "./Observing.tsx";
import { OfferCard } from "./OfferCard.tsx";
import { Barred, WhisperRow } from "./Supervised.tsx";

/** Only rooms that a request opened have one. */
/** Only a caucus has it. */
const CaucusDesk = lazy(async () => ({ default: (await import("./CaucusDesk.tsx")).CaucusDesk }));
const Asked = lazy(() => import("./Asked.tsx"));

export interface StreamHandle {
  /** Moves the selection by one entry, up or down. */
  step: (by: 1 | -1) => void;
  /** Does something with the selected message. False when none is selected, or it may not be done. */
  act: (what: "reply" | Doing["what"]) => boolean;
}

interface StreamProps {
  id: string;
  caucus: boolean;
  organisation: string;
  open: OpenDialog;
  onCompare: (version: number) => void;
  onBoard: () => void;
  /** Says that everything up to this number was looked at. */
  onRead: (stream: string, seq: number) => void;
  ref?: Ref<StreamHandle>;
}

/** The entry that the keys j and k are on. */
function useSelection(rows: Row[], place: ReturnType<typeof usePlace>) {
  const [selected, setSelected] = useState<string | null>(null);
  function select(index: number): void {
    const row = rows[index];
    if (!row) return;
    setSelected(row.key);
    focusRow(place.scroller, row.key);
  }
  function step(by: 1 | -1): void {
    const now = rows.findIndex(({ key }) => key === selected);
    let next = now === -1 ? rows.length - 1 : now + by;
    while (rows[next]?.type === "day" || rows[next]?.type === "unread") next += by;
    if (rows[next]) place.virtual.current?.scrollToIndex(next, { align: "nearest" });
    select(next);
  }
  return { selected, setSelected, select, step };
}

/** The newest of one's own messages, and who has read it. */
function useNewest(stream: StreamState): MessageActs["newest"] {
  const { t } = useLanguage();
  const { table, view } = useRoom();
  const marks = view.reads[stream.id];
  return useMemo(() => {
    const own = stream.events.findLast(({ kind, by }) => kind === "message.sent" && by === view.you.id);
    if (!own) return null;
    const readers = Object.entries(marks ?? {})
      .filter(([id, seq]) => id !== view.you.id && seq >= own.seq)
      .map(([id]) => personName(table, view, id, t));
    return { seq: own.seq, readers: readers.join(", ") };
  }, [marks, stream.events, table, view, t]);
}

/** What is being done with a message, by a button of its row or by a key on the selected one. */
function useActs(
  props: StreamProps & { live: StreamState },
  stream: StreamState,
  sayings: Map<number, Said>,
  rows: Row[],
  selection: ReturnType<typeof useSelection>,
): MessageActs & { answering: number | null; onReply: (seq: number | null) => void } {
  const { lookback } = useRoom().store;
  const [doing, setDoing] = useState<Doing | null>(null);
  const [answering, setAnswering] = useState<number | null>(null);
  const may = useMay(props.live);
  useImperativeHandle(props.ref, () => ({
    step: selection.step,
    act(what) {
      const row = rows.find(({ key }) => key === selection.selected);
      if (row?.type !== "message") return false;
      const { act, edit } = may(row);
      if (!act || (what === "edit" && !edit)) return false;
      if (what === "reply") setAnswering(row.event.seq);
      else setDoing({ seq: row.event.seq, what });
      return true;
    },
  }));
  return {
    stream: stream.id,
    may,
    quote: useQuote(stream, sayings),
    open: props.open,
    doing,
    onDo: setDoing,
    answering,
    onReply: setAnswering,
    onGo: (seq) => void lookback.goTo(stream.id, seq),
    newest: useNewest(stream),
  };
}

export function Stream(props: StreamProps): ReactNode {
  const { id, caucus } = props;
  const { t } = useLanguage();
  const { store, view } = useRoom();
  const silent = useObserving() === "observing";
  const live = view.streams[id] ?? emptyStream(id, caucus ? "caucus" : "table");
  const look = useLook();
  const here = look?.stream === id ? look : null;
  const stream = usePart(live, here?.window ?? null);
  const past = stream !== live;
  const [lineAfter, setLineAfter] = useState<number | null>(() => store.keep.readMark(id));
  const [returned, setReturned] = useState<{ text: string; at: number } | null>(null);
  // Where one left off, unless it lies before the part that is looked at.
  const line = past && lineAfter !== null && stream.first > lineAfter + 1 ? null : lineAfter;
  const pending = useMemo(
    () => (past ? [] : view.pending.filter((one) => one.stream === id)),
    [view.pending, id, past],
  );
  const more = here?.window?.more;
  const sayings = useMemo(
    () => whatWasSaid(past ? [...stream.events, ...(more ?? []), ...live.events] : stream.events),
    [stream.events, live.events, more, past],
  );
  const rows = useMemo(
    () => buildRows(stream.events, pending, view.you.id, line, sayings),
    [stream.events, pending, view.you.id, line, sayings],
  );
  const place = usePlace(stream, rows, here);
  const selection = useSelection(rows, place);
  useArrival(here, rows, place.show, selection.select);
  const acts = useActs({ ...props, live }, stream, sayings, rows, selection);
  const answered = acts.answering === null ? null : acts.quote(acts.answering);
  useReading(stream, place.atEnd, props.onRead, () => setLineAfter(stream.head));
  return (
    <section className={caucus ? "stream stream-caucus" : "stream"} aria-label={caucus ? t.ourSide : t.table}>
      <h2 className="sr-only">{caucus ? t.ourSide : t.table}</h2>
      {caucus && <OwnSide organisation={props.organisation} stream={stream} />}
      <Log
        {...props}
        stream={stream}
        rows={rows}
        place={place}
        selected={selection.selected}
        onSelect={selection.setSelected}
        acts={acts}
        onEdit={(text) => setReturned({ text, at: Date.now() })}
      />
      {view.loadingOlder[id] && <p className="older">{t.olderLoading}</p>}
      <div className="stream-end">
        {!place.atEnd && rows.length > 0 && <Jump stream={live} past={past} onClick={place.toEnd} />}
        <TypingLine stream={id} />
      </div>
      <Observing open={props.open} />
      {!silent && (
        <Barred caucus={caucus}>
          <Composer
            stream={id}
            caucus={caucus}
            organisation={props.organisation}
            open={props.open}
            returned={returned}
            onBoard={props.onBoard}
            answering={answered && acts.answering !== null ? { seq: acts.answering, ...answered } : null}
            onDropAnswer={() => acts.onReply(null)}
            onSend={() => {
              store.lookback.leave();
              setLineAfter(null);
              place.stay();
            }}
          />
        </Barred>
      )}
    </section>
  );
}

function OwnSide({ organisation, stream }: { organisation: string; stream: StreamState }): ReactNode {
  const { t } = useLanguage();
  return (
    <>
      <p className="caucus-banner">
        <Icon name="lock" />
        <b>{t.ourSide}</b> {t.ourSideHint(organisation)}
      </p>
      <Boundary fallback={<Problem>{t.editorFailed}</Problem>}>
        <Suspense fallback={null}>
          <CaucusDesk stream={stream} />
        </Suspense>
      </Boundary>
    </>
  );
}

/** Of what is told in a line, what somebody wrote. */
const SPOKEN: ReadonlySet<string> = new Set(["moderator.whispered", "request.received"]);

interface LogProps extends StreamProps {
  stream: StreamState;
  rows: Row[];
  place: ReturnType<typeof usePlace>;
  selected: string | null;
  onSelect: (key: string) => void;
  acts: MessageActs;
  onEdit: (text: string) => void;
}

function Log(props: LogProps): ReactNode {
  const { stream, rows, place, selected, caucus } = props;
  const { t } = useLanguage();
  const firstHeld = useRef(stream.first);
  const moved = stream.first !== firstHeld.current;
  useLayoutEffect(() => {
    firstHeld.current = stream.first;
  });
  const said = rows.some((row) => (row.type === "system" ? SPOKEN.has(row.event.kind) : row.type !== "day"));
  return (
    <div
      ref={place.scroller}
      className="log"
      role="log"
      aria-live="off"
      aria-label={t.streamLabel(caucus ? t.ourSide : t.table)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <div className="log-room">
        {stream.ready && !said && !waitingApproval(stream) && <Nothing caucus={caucus} />}
      </div>
      <Virtualizer
        ref={place.virtual}
        scrollRef={place.scroller}
        shift={moved}
        onScroll={place.onScroll}
        data={rows}
      >
        {(row) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the focus comes from j and k, and from what is inside
          <div
            key={row.key}
            data-row={row.key}
            className={row.key === selected ? "row row-selected" : "row"}
            tabIndex={-1}
            onFocus={() => props.onSelect(row.key)}
          >
            <RowView {...props} row={row} />
          </div>
        )}
      </Virtualizer>
    </div>
  );
}

interface JumpProps {
  stream: StreamState;
  past: boolean;
  onClick: () => void;
}

function Jump({ stream, past, onClick }: JumpProps): ReactNode {
  const { t } = useLanguage();
  const { store, view } = useRoom();
  const read = store.keep.readMark(stream.id) ?? 0;
  const unseen = stream.events.filter(
    (event) => event.seq > read && event.by !== view.you.id && isNews(event),
  ).length;
  return (
    <button type="button" className="jump" onClick={onClick}>
      <Icon name="arrow-down" />
      {past && <span className="only-desktop">{t.message.lookingBack} </span>}
      {past ? t.message.lookAtNewest : unseen > 0 ? t.newBelow(unseen) : t.jumpNewest}
    </button>
  );
}

function RowView(props: LogProps & { row: Row }): ReactNode {
  const { table } = useRoom();
  const { row } = props;
  switch (row.type) {
    case "day":
      return <DayRow at={row.at} />;
    case "unread":
      return <UnreadRow />;
    case "message":
      return <MessageRow row={row} acts={props.acts} />;
    case "pending":
      return <PendingRow row={row} onEdit={props.onEdit} />;
    case "system":
      if (row.event.kind === "moderator.whispered") return <WhisperRow event={row.event} />;
      if (row.event.kind === "request.received")
        return (
          <Boundary fallback={<SystemRow event={row.event} />}>
            <Suspense fallback={<SystemRow event={row.event} />}>
              <Asked event={row.event} />
            </Suspense>
          </Boundary>
        );
      return <SystemRow event={row.event} />;
    case "offer":
      return (
        table && <OfferCard table={table} event={row.event} open={props.open} onCompare={props.onCompare} />
      );
  }
}

function TypingLine({ stream }: { stream: string }): ReactNode {
  const { t } = useLanguage();
  const { view, table } = useRoom();
  const writing = view.typing[stream] ?? [];
  const first = writing[0];
  return (
    <p className="typing faint">
      {first && (writing.length === 1 ? t.typingOne(personName(table, view, first.id, t)) : t.typingMany)}
    </p>
  );
}

function Nothing({ caucus }: { caucus: boolean }): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="empty">
      <Icon name={caucus ? "lock" : "messages-square"} />
      <h2>{caucus ? t.emptyCaucus : t.emptyTable}</h2>
      <p>{caucus ? t.emptyCaucusHint : t.emptyTableHint}</p>
    </div>
  );
}
