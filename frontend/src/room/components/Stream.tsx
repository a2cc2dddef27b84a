/** One stream of messages, offer cards and system lines. */
import {
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";

import { Virtualizer, type VirtualizerHandle } from "virtua";
import { useLanguage } from "../../i18n/index.ts";
import { personName, useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import { emptyStream } from "../roomState.ts";
import { buildRows, type Row } from "../rows.ts";
import { Composer } from "./Composer.tsx";
import { DayRow, MessageRow, PendingRow, SystemRow, UnreadRow } from "./Entries.tsx";
import { Icon } from "./Icon.tsx";
import { OfferCard } from "./OfferCard.tsx";

export interface StreamHandle {
  /** Moves the selection by one entry, up or down. */
  step: (by: 1 | -1) => void;
}

interface StreamProps {
  id: string;
  caucus: boolean;
  organisation: string;
  open: OpenDialog;
  onCompare: (version: number) => void;
  /** Says that everything up to this number was looked at. */
  onRead: (stream: string, seq: number) => void;
  ref?: Ref<StreamHandle>;
}

/** How near to the end, in pixels, still counts as being there. */
const END_PX = 48;
/** How near to the beginning older entries are asked for, in pixels. */
const OLDER_PX = 400;

export function Stream(props: StreamProps): ReactNode {
  const { id, caucus, onRead } = props;
  const { t } = useLanguage();
  const { store, view, table } = useRoom();
  const stream = view.streams[id] ?? emptyStream(id, caucus ? "caucus" : "table");
  const [lineAfter, setLineAfter] = useState<number | null>(() => store.keep.readMark(id));
  const [returned, setReturned] = useState<{ text: string; at: number } | null>(null);
  const [atEnd, setAtEnd] = useState(true);
  const [selected, setSelected] = useState<string | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useRef<VirtualizerHandle>(null);
  const endRef = useRef(true);
  const placed = useRef(false);
  const firstHeld = useRef(stream.first);
  const pending = useMemo(() => view.pending.filter((one) => one.stream === id), [view.pending, id]);
  const rows = useMemo(
    () => buildRows(stream.events, pending, view.you.id, lineAfter),
    [stream.events, pending, view.you.id, lineAfter],
  );
  const prepended = stream.first < firstHeld.current;
  const lastKey = rows.at(-1)?.key;

  useLayoutEffect(() => {
    firstHeld.current = stream.first;
  });

  // The first time at the unread line or the end, later at the end for those who are there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the last row changes
  useLayoutEffect(() => {
    if (rows.length === 0) return;
    const unread = rows.findIndex(({ type }) => type === "unread");
    if (!placed.current && stream.ready) {
      placed.current = true;
      virtual.current?.scrollToIndex(unread > 0 ? unread : rows.length - 1, {
        align: unread > 0 ? "start" : "end",
      });
    } else if (endRef.current || rows.at(-1)?.type === "pending") {
      virtual.current?.scrollToIndex(rows.length - 1, { align: "end" });
    }
  }, [lastKey, stream.ready]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      if (endRef.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const look = (): void => {
      if (stream.ready && atEnd && document.visibilityState === "visible" && document.hasFocus())
        onRead(id, stream.head);
    };
    const leave = (): void => setLineAfter(stream.head);
    look();
    window.addEventListener("focus", look);
    window.addEventListener("blur", leave);
    return () => {
      window.removeEventListener("focus", look);
      window.removeEventListener("blur", leave);
    };
  }, [id, stream.ready, stream.head, atEnd, onRead]);

  function onScroll(offset: number): void {
    const element = scroller.current;
    if (!element) return;
    const end = element.scrollHeight - element.clientHeight - element.scrollTop < END_PX;
    endRef.current = end;
    setAtEnd(end);
    if (offset < OLDER_PX && placed.current) void store.loadOlder(id);
  }

  function toEnd(): void {
    virtual.current?.scrollToIndex(rows.length - 1, { align: "end" });
    endRef.current = true;
    setAtEnd(true);
  }

  useImperativeHandle(props.ref, () => ({
    step(by) {
      const may = (row: Row | undefined): boolean =>
        row !== undefined && row.type !== "day" && row.type !== "unread";
      const now = rows.findIndex(({ key }) => key === selected);
      let next = now === -1 ? (by === 1 ? rows.length - 1 : rows.length - 1) : now + by;
      while (rows[next] && !may(rows[next])) next += by;
      const row = rows[next];
      if (!row) return;
      setSelected(row.key);
      virtual.current?.scrollToIndex(next, { align: "nearest" });
      requestAnimationFrame(() =>
        scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.key)}"]`)?.focus(),
      );
    },
  }));

  const unseen = stream.events.filter(
    ({ seq, by }) => seq > (store.keep.readMark(id) ?? 0) && by !== view.you.id,
  ).length;
  const said = rows.some(({ type }) => type !== "day" && type !== "system");
  return (
    <section className={caucus ? "stream stream-caucus" : "stream"} aria-label={caucus ? t.ourSide : t.table}>
      {caucus && (
        <p className="caucus-banner">
          <Icon name="lock" />
          <b>{t.ourSide}</b> {t.ourSideHint(props.organisation)}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div
        ref={scroller}
        className="log"
        role="log"
        aria-live="off"
        aria-label={t.streamLabel(caucus ? t.ourSide : t.table)}
        tabIndex={0}
      >
        <div className="log-room">{stream.ready && !said && <Nothing caucus={caucus} />}</div>
        <Virtualizer ref={virtual} scrollRef={scroller} shift={prepended} onScroll={onScroll}>
          {rows.map((row, index) => (
            <div
              key={row.key}
              data-row={row.key}
              className={row.key === selected ? "row row-selected" : "row"}
              tabIndex={-1}
              onFocus={() => setSelected(row.key)}
            >
              {index === 0 && view.loadingOlder[id] && <p className="faint older">{t.olderLoading}</p>}
              <RowView row={row} {...props} onEdit={(text) => setReturned({ text, at: Date.now() })} />
            </div>
          ))}
        </Virtualizer>
      </div>
      <div className="stream-end">
        {!atEnd && (
          <button type="button" className="jump" onClick={toEnd}>
            <Icon name="arrow-down" />
            {unseen > 0 ? t.newBelow(unseen) : t.jumpNewest}
          </button>
        )}
        <TypingLine stream={id} />
      </div>
      <Composer
        key={id}
        stream={id}
        caucus={caucus}
        organisation={props.organisation}
        open={props.open}
        returned={returned}
        onSend={() => {
          setLineAfter(null);
          endRef.current = true;
        }}
      />
      {!table && !stream.ready && <p className="sr-only">{t.loading}</p>}
    </section>
  );
}

function RowView(props: StreamProps & { row: Row; onEdit: (text: string) => void }): ReactNode {
  const { table } = useRoom();
  const { row } = props;
  switch (row.type) {
    case "day":
      return <DayRow at={row.at} />;
    case "unread":
      return <UnreadRow />;
    case "message":
      return <MessageRow row={row} />;
    case "pending":
      return <PendingRow row={row} onEdit={props.onEdit} />;
    case "system":
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
