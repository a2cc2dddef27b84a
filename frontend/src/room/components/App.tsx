/** The room: the bar, the lanes, one stream, the terms, and what is open above them. */
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { pastWords } from "../../i18n/past.ts";
import { useRoom, useStore } from "../context.ts";
import type { DialogState } from "../dialogs.ts";
import { loadEditorAhead } from "../editor.ts";
import type { StreamState } from "../roomState.ts";
import { isNews } from "../rows.ts";
import { useAddress } from "../useAddress.ts";
import { useKeys } from "../useKeys.ts";
import { usePhone, useWide } from "../usePhone.ts";
import { ways } from "../ways.ts";
import { Announcer } from "./Announcer.tsx";
import { Banner } from "./Banner.tsx";
import { Boundary } from "./Basics.tsx";
import { BoardPart } from "./BoardParts.tsx";
import { GuestBanner } from "./Guest.tsx";
import { type Lane, Lanes } from "./Lanes.tsx";
import { NotLoaded } from "./NotLoaded.tsx";
import { Stream, type StreamHandle } from "./Stream.tsx";
import { Removed, SupervisionBanner, useHeld, useRemoved } from "./Supervised.tsx";
import { TableBar } from "./TableBar.tsx";
import { Terms } from "./Terms.tsx";

/** How long the room has the line to itself while it opens, in milliseconds. */
const DIALOGS_AFTER_MS = 2_000;
/** Whatever opens above the room: there soon after the room, and when it is asked for. */
const dialogs = () => import("./Dialogs.tsx");
const lazyDialogs = () => lazy(async () => ({ default: (await dialogs()).Dialogs }));

/** Looking back, and what one takes away: with words of their own, which come with them. */
const History = lazy(async () => {
  const [{ History: Loaded }, words] = await Promise.all([import("./History.tsx"), pastWords()]);
  return { default: (props: { onClose: () => void }) => <Loaded words={words} {...props} /> };
});
const Record = lazy(async () => {
  const [{ Record: Loaded }, words] = await Promise.all([import("./Record.tsx"), pastWords()]);
  return { default: (props: KeepsakeProps) => <Loaded words={words} {...props} /> };
});

interface KeepsakeProps {
  onHistory: () => void;
  onBoard: () => void;
}

/** What was read in each stream, and so how much is unread. */
function useUnread() {
  const { store, view } = useRoom();
  const { table, caucus } = store.config;
  const [marks, setMarks] = useState<Record<string, number>>({});
  const onRead = useCallback(
    (id: string, seq: number) => {
      if ((store.keep.readMark(id) ?? 0) >= seq) return;
      store.keep.saveReadMark(id, seq);
      store.markRead(id, seq);
      setMarks((all) => ({ ...all, [id]: seq }));
    },
    [store],
  );
  const unreadOf = (id: string | null): number => {
    const held = id ? view.streams[id] : undefined;
    if (!held || !id) return 0;
    const read = Math.max(marks[id] ?? store.keep.readMark(id) ?? -1, view.reads[id]?.[view.you.id] ?? -1);
    return countUnread(held, read < 0 ? null : read, view.you.id);
  };
  return { onRead, unread: { table: unreadOf(table), caucus: unreadOf(caucus) } };
}

/** The tab's title says what waits: unread messages, one's turn. */
function useTitle(count: number): void {
  const { t } = useLanguage();
  const { table, party, store } = useRoom();
  const title = table?.room.title ?? store.config.title;
  const mine = party !== null && table?.negotiation.turn === party;
  useEffect(() => {
    document.title = `${count > 0 ? `(${count}) ` : ""}${mine ? `${t.titleTurn} · ` : ""}${title}`;
  }, [count, mine, title, t]);
}

interface AboveProps {
  dialog: DialogState | null;
  onClose: () => void;
  onLane: (lane: Lane) => void;
}

function Above({ dialog, onClose, onLane }: AboveProps): ReactNode {
  const { t } = useLanguage();
  const { table, connected } = useRoom();
  const [Dialogs, setDialogs] = useState(lazyDialogs);
  useSoon(connected && table !== null);
  function closeFailed(): void {
    setDialogs(lazyDialogs); // what did not come is asked for anew the next time
    onClose();
  }
  if (!dialog) return null;
  return (
    <Boundary fallback={<NotLoaded title={t.reload} onClose={closeFailed} />}>
      <Suspense fallback={null}>
        <Dialogs dialog={dialog} onClose={onClose} onLane={onLane} />
      </Suspense>
    </Boundary>
  );
}

/** Fetches the dialogs once the room is there, so that they open at once, and without a line. */
function useSoon(there: boolean): void {
  useEffect(() => {
    if (!there) return undefined;
    const timer = setTimeout(() => dialogs().catch(() => undefined), DIALOGS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [there]);
}

/** Compares a version with another, where there is room for that. */
function useCompare(
  phone: boolean,
  onShow: (version: number | null) => void,
  onLane: (next: (now: Lane) => Lane) => void,
): (version: number | null) => void {
  return useCallback(
    (version) => {
      onShow(version);
      onLane((now) => (phone ? "terms" : now === "board" ? "table" : now));
      requestAnimationFrame(() => document.getElementById("compare")?.focus());
    },
    [phone, onShow, onLane],
  );
}

export function App(): ReactNode {
  const { store, view, table, party, standing } = useRoom();
  const { config } = store;
  const [lane, setLane, talk] = useLane();
  const phone = usePhone();
  const boardOpened = useOnce(lane === "board");
  const termsOpened = useOnce(lane === "terms" || !phone);
  const [dialog, setDialog] = useState<DialogState | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const [past, setPast] = useState(false);
  const wide = useWide();
  const stream = useRef<StreamHandle>(null);
  const { onRead, unread } = useUnread();
  const held = useHeld(standing);
  const removed = useRemoved();
  useTitle(unread.table + unread.caucus);
  const compare = useCompare(phone, setShown, setLane);
  const ready = table !== null;
  useEffect(() => (ready && config.board ? loadEditorAhead() : undefined), [ready, config.board]);
  const { jumps } = useAddress(setLane);
  const beside = lane === "board" && wide && talk === "table";
  ways.now = { store, beside, onLane: setLane, open: setDialog, onCompare: compare };
  useKeys({
    onStep: (by) => stream.current?.step(by),
    onReply: () => {
      if (stream.current?.act("reply")) return;
      if (lane === "terms" || (lane === "board" && !wide)) setLane("table");
      requestAnimationFrame(() => document.getElementById("composer")?.focus());
    },
    onEdit: () => stream.current?.act("edit"),
    onReact: () => stream.current?.act("react"),
    onOffer: () => {
      if (party && table?.negotiation.status === "open" && !held) setDialog({ kind: "offer" });
    },
    onCompare: () => compare(shown),
    onBoard: () => config.board && setLane((now) => (now === "board" ? talk : "board")),
    onSearch: () => setDialog({ kind: "search" }),
    onHistory: () => setPast(table !== null),
    onHelp: () => setDialog({ kind: "help" }),
    blocked: dialog !== null || past,
  });
  if (removed) return <Removed removed={removed} />;
  if (view.refused[config.table]) return <Missing />;
  if (past) return <LookBack onClose={() => setPast(false)} />;
  const organisation = (table && party && table.sides[party].name) ?? "";
  const inner = talk === "caucus" ? config.caucus : null;
  const talking = lane === "board" ? wide : lane !== "terms" || !phone;
  return (
    <div className="room" data-lane={lane} data-side={party ?? "moderator"}>
      <Banners />
      <TableBar open={setDialog} onCaucus={() => setLane("caucus")} />
      <Lanes lane={lane} unread={unread} organisation={organisation} onLane={setLane} />
      {talking && (
        <Stream
          key={`${inner ?? config.table} ${jumps}`}
          ref={stream}
          id={inner ?? config.table}
          caucus={inner !== null}
          organisation={organisation}
          open={setDialog}
          onCompare={compare}
          onBoard={() => config.board && setLane("board")}
          onRead={onRead}
        />
      )}
      {boardOpened && config.board && <BoardPart stream={config.board} onClose={() => setLane(talk)} />}
      {termsOpened && (
        <Terms open={setDialog} shown={shown} onShow={setShown}>
          {table && <Keepsake onHistory={() => setPast(true)} onBoard={() => setLane("board")} />}
        </Terms>
      )}
      <Announcer />
      <Above dialog={dialog} onClose={() => setDialog(null)} onLane={setLane} />
    </div>
  );
}

function Banners(): ReactNode {
  return (
    <div className="banners">
      <Banner />
      <SupervisionBanner />
      <GuestBanner />
    </div>
  );
}

/** True from the first time on: what was looked at stays, and what nobody has looked at need not be there. */
function useOnce(now: boolean): boolean {
  const [once, setOnce] = useState(now);
  if (now && !once) setOnce(true);
  return once || now;
}

function Keepsake(props: KeepsakeProps): ReactNode {
  return (
    <Boundary fallback={null}>
      <Suspense fallback={null}>
        <Record {...props} />
      </Suspense>
    </Boundary>
  );
}

function LookBack({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  useEffect(
    () => () => {
      // Back in the room, the focus is where one left it from.
      requestAnimationFrame(() => document.getElementById("open-history")?.focus({ preventScroll: true }));
    },
    [],
  );
  return (
    <Boundary fallback={<NotLoaded title={t.reload} onClose={onClose} />}>
      <Suspense fallback={<div className="room" aria-busy="true" />}>
        <History onClose={onClose} />
      </Suspense>
    </Boundary>
  );
}

/** The lane that is looked at, and which talk is beside it where both fit. */
function useLane(): [Lane, (next: Lane | ((now: Lane) => Lane)) => void, "table" | "caucus"] {
  const [lane, setLane] = useState<Lane>("table");
  const [talk, setTalk] = useState<"table" | "caucus">("table");
  if ((lane === "table" || lane === "caucus") && lane !== talk) setTalk(lane);
  return [lane, setLane, talk];
}

function Missing(): ReactNode {
  const { t } = useLanguage();
  const { config } = useStore();
  return (
    <div className="empty">
      <h1>{t.roomMissing}</h1>
      {config.dealsUrl && (
        <a className="btn" href={config.dealsUrl}>
          {t.allDeals}
        </a>
      )}
    </div>
  );
}

function countUnread(stream: StreamState, mark: number | null, you: string): number {
  if (mark === null) return 0;
  return stream.events.filter(
    (event) => event.seq > mark && event.by !== you && isNews(event) && event.kind !== "participant.joined",
  ).length;
}
