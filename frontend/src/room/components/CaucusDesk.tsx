/** What a side decides for itself: how far its people may go alone, and the offers that go further. */
import { type ReactNode, useId, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Approval, Minor, Side } from "../../protocol/types.ts";
import { lowestGross, personName, useFormat, useRoom } from "../context.ts";
import { inputText, parseMinor } from "../money.ts";
import { redline } from "../redline.ts";
import { type StreamState, waitingApproval } from "../roomState.ts";
import { useDecision } from "../useDecision.ts";
import { Problem } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";
import { RedlineTable } from "./Redline.tsx";
import { ScoreChip } from "./Score.tsx";
import { Wants } from "./Wants.tsx";

export function CaucusDesk({ stream }: { stream: StreamState }): ReactNode {
  const { caucus, mayApprove } = stream;
  const waits = waitingApproval(stream);
  if (!caucus) return null;
  return (
    <div className="caucus-desk">
      <Bound stream={stream.id} side={caucus.side} bound={caucus.bound} mayChange={mayApprove} />
      <Wants stream={stream} />
      {waits && <Waiting stream={stream.id} approval={waits} mayApprove={mayApprove} />}
    </div>
  );
}

function Bound(props: { stream: string; side: Side; bound: Minor | null; mayChange: boolean }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { table } = useRoom();
  const [editing, setEditing] = useState(false);
  if (!table) return null;
  const seller = props.side === "seller";
  return (
    <div className="bound">
      <Icon name="scale" />
      <span title={seller ? t.sides.floorHint : t.sides.limitHint}>
        {seller ? t.sides.floor : t.sides.limit}:{" "}
        <b className="num">
          {props.bound === null ? t.sides.none : format.money(props.bound, table.room.currency)}
        </b>
      </span>
      {props.mayChange && !editing && (
        <button type="button" className="link-button" onClick={() => setEditing(true)}>
          {t.sides.change}
        </button>
      )}
      {editing && <BoundForm {...props} currency={table.room.currency} onDone={() => setEditing(false)} />}
    </div>
  );
}

function BoundForm(props: {
  stream: string;
  side: Side;
  bound: Minor | null;
  currency: string;
  onDone: () => void;
}): ReactNode {
  const { t, code } = useLanguage();
  const { stream, bound, currency, onDone } = props;
  const [text, setText] = useState(bound === null ? "" : inputText(bound, currency, code));
  const [wrong, setWrong] = useState(false);
  const { busy, problem, decide } = useDecision(onDone);
  const id = useId();
  const hint = props.side === "seller" ? t.sides.floorHint : t.sides.limitHint;
  return (
    <form
      className="bound-form"
      onSubmit={(event) => {
        event.preventDefault();
        const amount = parseMinor(text, currency, code);
        setWrong(!amount.ok);
        if (amount.ok) decide({ t: "bound.set", stream, minor: amount.value });
      }}
    >
      <label className="sr-only" htmlFor={id}>
        {t.sides.amount(currency)}
      </label>
      <input
        id={id}
        className="input-money"
        inputMode="decimal"
        value={text}
        aria-invalid={wrong}
        aria-describedby={`${id}-hint`}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="btn btn-sm btn-primary" disabled={busy}>
        {t.sides.save}
      </button>
      {bound !== null && (
        <button
          type="button"
          className="btn btn-sm"
          disabled={busy}
          onClick={() => decide({ t: "bound.set", stream, minor: null })}
        >
          {t.sides.remove}
        </button>
      )}
      <button type="button" className="btn btn-sm btn-ghost" onClick={onDone}>
        {t.cancel}
      </button>
      <span id={`${id}-hint`} className="faint">
        {hint}
      </span>
      <Problem>{wrong ? t.sides.amountWrong : problem}</Problem>
    </form>
  );
}

function Waiting(props: { stream: string; approval: Approval; mayApprove: boolean }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { table, view } = useRoom();
  const { approval, mayApprove } = props;
  const { beyond, currency } = approval;
  const first = approval.packages[0];
  const bound = format.money(beyond.minor, currency);
  if (!first) return null;
  const words =
    beyond.rule === "limit"
      ? t.sides.aboveLimit(bound)
      : beyond.rule === "listing"
        ? t.sides.belowListing(bound)
        : t.sides.belowFloor(bound);
  return (
    <section className="approval" aria-label={t.sides.waits(format.money(first.gross, currency))}>
      <p className="approval-head">
        <Icon name="hourglass" />
        <span>{t.sides.pendingTitle(personName(table, view, approval.by, t))}</span>
        <b className="num">{format.money(lowestGross(approval), currency)}</b>
        <span className="chip chip-warn">{words}</span>
      </p>
      <ScoreChip packages={approval.packages} own />
      <RedlineTable rows={redline(null, 0, approval, 0)} currency={currency} />
      {mayApprove ? <Decide {...props} /> : <Waits {...props} />}
    </section>
  );
}

/** For the manager. */
function Decide({ stream, approval }: { stream: string; approval: Approval }): ReactNode {
  const { t } = useLanguage();
  const { table, connected } = useRoom();
  const { busy, problem, decide } = useDecision(() => undefined);
  const [refusing, setRefusing] = useState(false);
  const [reason, setReason] = useState("");
  const id = useId();
  const status = table?.negotiation.status;
  const takes = status === "open" || status === "ordered";
  const fits = takes && table?.negotiation.standing === approval.answers;
  return (
    <>
      <Problem>{problem}</Problem>
      {!fits && <p className="warn">{t.sides.movedOn}</p>}
      {refusing && (
        <div className="field">
          <label htmlFor={id}>{t.sides.refuseReason}</label>
          <input id={id} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
        </div>
      )}
      <div className="standing-actions">
        <button
          type="button"
          className="btn btn-danger"
          disabled={busy || !connected}
          onClick={() => {
            if (refusing) decide({ t: "approval.refuse", stream, approval: approval.id, reason });
            else setRefusing(true);
          }}
        >
          {t.sides.refuse}
        </button>
        <button
          type="button"
          className="btn btn-primary"
          disabled={busy || !connected || !fits}
          onClick={() => decide({ t: "approval.grant", stream, approval: approval.id })}
        >
          {t.sides.approve}
        </button>
      </div>
    </>
  );
}

/** For everyone else of the side. */
function Waits({ stream, approval }: { stream: string; approval: Approval }): ReactNode {
  const { t } = useLanguage();
  const { view, connected } = useRoom();
  const { busy, problem, decide } = useDecision(() => undefined);
  return (
    <>
      <Problem>{problem}</Problem>
      <div className="standing-actions">
        <span className="muted">{t.sides.onlyManager}</span>
        {approval.by === view.you.id && (
          <button
            type="button"
            className="btn"
            disabled={busy || !connected}
            onClick={() => decide({ t: "approval.withdraw", stream, approval: approval.id })}
          >
            {t.sides.takeBack}
          </button>
        )}
      </div>
    </>
  );
}
