/** The room: the bar, the lanes, one stream, the terms, and what is open above them. */
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import type { DialogState } from "../dialogs.ts";
import type { StreamState } from "../roomState.ts";
import { useKeys } from "../useKeys.ts";
import { usePhone } from "../usePhone.ts";
import { Announcer } from "./Announcer.tsx";
import { Banner } from "./Banner.tsx";
import { AcceptDialog, CloseDialog, EndOfferDialog, HelpDialog } from "./Decisions.tsx";
import { type Lane, Lanes } from "./Lanes.tsx";
import { OfferEditor } from "./OfferEditor.tsx";
import { Stream, type StreamHandle } from "./Stream.tsx";
import { TableBar } from "./TableBar.tsx";
import { Terms } from "./Terms.tsx";

export function App(): ReactNode {
  const { t } = useLanguage();
  const { store, view, table, party } = useRoom();
  const { config } = store;
  const [lane, setLane] = useState<Lane>("table");
  const [dialog, setDialog] = useState<DialogState | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  const [marks, setMarks] = useState<Record<string, number>>({});
  const phone = usePhone();
  const stream = useRef<StreamHandle>(null);
  const organisation = (table && party && table.sides[party].name) ?? "";

  const onRead = useCallback(
    (id: string, seq: number) => {
      if ((store.keep.readMark(id) ?? 0) >= seq) return;
      store.keep.saveReadMark(id, seq);
      setMarks((all) => ({ ...all, [id]: seq }));
    },
    [store],
  );
  const unreadOf = (id: string | null): number => {
    const held = id ? view.streams[id] : undefined;
    if (!held || !id) return 0;
    return countUnread(held, marks[id] ?? store.keep.readMark(id), view.you.id);
  };
  const unread = { table: unreadOf(config.table), caucus: unreadOf(config.caucus) };

  const compare = useCallback(
    (version: number | null) => {
      setShown(version);
      if (phone) setLane("terms");
      requestAnimationFrame(() => {
        const part = document.getElementById("compare");
        part?.scrollIntoView({ block: "nearest" });
        part?.focus({ preventScroll: true });
      });
    },
    [phone],
  );

  useKeys({
    onStep: (by) => stream.current?.step(by),
    onReply: () => {
      if (lane === "terms") setLane("table");
      requestAnimationFrame(() => document.getElementById("composer")?.focus());
    },
    onOffer: () => {
      if (party && table?.negotiation.status === "open") setDialog({ kind: "offer" });
    },
    onCompare: () => compare(shown),
    onHelp: () => setDialog({ kind: "help" }),
    blocked: dialog !== null,
  });

  const turn = table?.negotiation.turn;
  useEffect(() => {
    const count = unread.table + unread.caucus;
    const title = table?.room.title ?? config.title;
    document.title = `${count > 0 ? `(${count}) ` : ""}${turn && turn === party ? `${t.titleTurn} · ` : ""}${title}`;
  }, [unread.table, unread.caucus, table?.room.title, config.title, turn, party, t]);

  const missing = view.refused[config.table];
  if (missing) {
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
  const close = (): void => setDialog(null);
  const streamShown = lane !== "terms" || !phone;
  const caucus = lane === "caucus" && config.caucus !== null;
  return (
    <div className="room" data-lane={lane} data-side={party ?? "moderator"}>
      <Banner />
      <TableBar open={setDialog} />
      <Lanes lane={lane} unread={unread} organisation={organisation} onLane={setLane} />
      {streamShown && (
        <Stream
          key={caucus ? "caucus" : "table"}
          ref={stream}
          id={caucus && config.caucus ? config.caucus : config.table}
          caucus={caucus}
          organisation={organisation}
          open={setDialog}
          onCompare={compare}
          onRead={onRead}
        />
      )}
      <Terms open={setDialog} shown={shown} onShow={setShown} />
      <Announcer />
      {table && dialog?.kind === "offer" && <OfferEditor table={table} onClose={close} />}
      {table && dialog?.kind === "accept" && (
        <AcceptDialog table={table} offer={dialog.offer} initial={dialog.package} onClose={close} />
      )}
      {table && (dialog?.kind === "decline" || dialog?.kind === "withdraw") && (
        <EndOfferDialog
          table={table}
          offer={dialog.offer}
          withdraw={dialog.kind === "withdraw"}
          onClose={close}
        />
      )}
      {dialog?.kind === "close" && <CloseDialog onClose={close} />}
      {dialog?.kind === "help" && <HelpDialog onClose={close} />}
    </div>
  );
}

function countUnread(stream: StreamState, mark: number | null, you: string): number {
  if (mark === null) return 0;
  return stream.events.filter(
    ({ seq, by, kind }) => seq > mark && by !== you && kind !== "offer.seen" && kind !== "participant.joined",
  ).length;
}
