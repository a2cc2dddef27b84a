/** The dialogs that end an offer or the negotiation. None of them is one key away. */
import { lazy, type ReactNode, Suspense, useId, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Offer, TableState } from "../../protocol/types.ts";
import { useFormat, useRoom } from "../context.ts";
import { redline } from "../redline.ts";
import { useDecision } from "../useDecision.ts";
import { Boundary, Countdown, Dialog, Face, Problem, usePassed } from "./Basics.tsx";
import { PackageTabs } from "./OfferCard.tsx";
import { RedlineTable } from "./Redline.tsx";

/** Comes when an organisation asks for it. */
const StepUp = lazy(async () => ({ default: (await import("./StepUp.tsx")).StepUp }));

interface DecisionProps {
  table: TableState;
  offer: Offer;
  onClose: () => void;
}

export function AcceptDialog(props: DecisionProps & { initial: number }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { store, party, connected } = useRoom();
  const { table, offer, onClose } = props;
  const [index, setIndex] = useState(props.initial);
  const { busy, problem, refused, decide } = useDecision(onClose);
  const passed = usePassed(offer.expires_at);
  const stale = table.negotiation.standing !== offer.version;
  const stepsUp = refused === "offer.step_up" || refused === "offer.proof";
  const chosen = offer.packages[index] ?? offer.packages[0];
  if (!chosen || !party) return null;
  const total = format.money(chosen.gross, offer.currency);
  const own = table.sides[party].name;
  const pinned = { version: offer.version, hash: offer.hash, package: index };
  function accept(proof?: string): void {
    decide({ t: "offer.accept", stream: store.config.table, ...pinned, ...(proof ? { proof } : {}) });
  }
  return (
    <Dialog
      title={t.acceptTitle(offer.version)}
      icon="circle-check"
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note">
            {passed ? <span className="bad">{t.expired}</span> : <Countdown until={offer.expires_at} />}
          </span>
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          {!stepsUp && (
            <button
              type="button"
              className="btn btn-primary"
              disabled={busy || stale || passed || !connected}
              onClick={() => accept()}
            >
              {busy ? t.working : t.acceptConfirm(offer.version, total)}
            </button>
          )}
        </>
      }
    >
      {stale && !busy && <Problem>{t.acceptStale(offer.version)}</Problem>}
      <Problem>{refused === "offer.step_up" ? "" : problem}</Problem>
      {stepsUp && (
        <Boundary fallback={<Problem>{t.editorFailed}</Problem>}>
          <Suspense fallback={null}>
            <StepUp
              what={pinned}
              organisation={own}
              total={total}
              disabled={busy || stale || passed || !connected}
              onProof={accept}
            />
          </Suspense>
        </Boundary>
      )}
      <div className="accept-sum">
        <div>
          <span className="muted">{party === "buyer" ? t.acceptYouPay : t.acceptYouGet}</span>
          <strong className="money-large">{total}</strong>
          <span className="muted">{format.taxInTotal(offer.tax_basis, offer.tax_rate_bp)}</span>
        </div>
        <div className="accept-parties">
          <span className="muted">{t.acceptBetween}</span>
          {(["buyer", "seller"] as const).map((side) => (
            <span key={side}>
              <Face name={table.sides[side].name} side={side} small /> {table.sides[side].name}{" "}
              <span className="faint">{t[side]}</span>
            </span>
          ))}
        </div>
      </div>
      {offer.packages.length > 1 && <PackageTabs offer={offer} index={index} onPick={setIndex} own={false} />}
      <RedlineTable rows={redline(null, index, offer, index)} currency={offer.currency} />
      <h3>{t.acceptConsequences}</h3>
      <ul className="consequences">
        <li>{t.acceptBinds(own)}</li>
        <li>{t.acceptOrder}</li>
        <li>{t.acceptPay(table.sides.buyer.name)}</li>
        <li>{t.acceptEnds}</li>
        {store.config.requestUrl && <li>{t.asked.acceptCloses}</li>}
      </ul>
    </Dialog>
  );
}

interface ReasonProps {
  value: string;
  onChange: (value: string) => void;
  label?: string;
  hint?: string;
}

function Reason({ value, onChange, label, hint }: ReasonProps): ReactNode {
  const { t } = useLanguage();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>
        {label ?? t.reason} <span className="optional">({t.optional})</span>
      </label>
      <textarea
        id={id}
        rows={3}
        maxLength={500}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <span className="field-help">{hint ?? t.reasonHint}</span>
    </div>
  );
}

/** Declining the other side's offer, or withdrawing one's own. */
export function EndOfferDialog(props: DecisionProps & { withdraw: boolean }): ReactNode {
  const { t } = useLanguage();
  const { store, connected } = useRoom();
  const { offer, withdraw, onClose, table } = props;
  const [reason, setReason] = useState("");
  const { busy, problem, decide } = useDecision(onClose);
  const stale = table.negotiation.standing !== offer.version;
  return (
    <Dialog
      title={withdraw ? t.withdrawTitle(offer.version) : t.declineTitle(offer.version)}
      icon={withdraw ? "undo-2" : "circle-x"}
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note" />
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          <button
            type="button"
            className="btn btn-danger"
            disabled={busy || stale || !connected}
            onClick={() =>
              decide({
                t: withdraw ? "offer.withdraw" : "offer.decline",
                stream: store.config.table,
                version: offer.version,
                hash: offer.hash,
                ...(reason.trim() ? { reason: reason.trim() } : {}),
              })
            }
          >
            {busy ? t.working : withdraw ? t.withdraw : t.decline}
          </button>
        </>
      }
    >
      {stale && !busy && <Problem>{t.acceptStale(offer.version)}</Problem>}
      <Problem>{problem}</Problem>
      <p>{withdraw ? t.withdrawHint : t.declineHint}</p>
      <Reason value={reason} onChange={setReason} />
    </Dialog>
  );
}

export function CloseDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  const { store, connected } = useRoom();
  const [reason, setReason] = useState("");
  const { busy, problem, decide } = useDecision(onClose);
  return (
    <Dialog
      title={t.closeTitle}
      icon="gavel"
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note" />
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          <button
            type="button"
            className="btn btn-danger"
            disabled={busy || !connected}
            onClick={() =>
              decide({
                t: "negotiation.close",
                stream: store.config.table,
                ...(reason.trim() ? { reason: reason.trim() } : {}),
              })
            }
          >
            {busy ? t.working : t.closeConfirm}
          </button>
        </>
      }
    >
      <Problem>{problem}</Problem>
      <p>{t.closeHint}</p>
      <Reason value={reason} onChange={setReason} />
    </Dialog>
  );
}

/** Removes what a message says, for everyone and for good. */
export function RemoveDialog(props: { stream: string; seq: number; onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  const { connected } = useRoom();
  const { stream, seq, onClose } = props;
  const [reason, setReason] = useState("");
  const { busy, problem, decide } = useDecision(onClose);
  return (
    <Dialog
      title={t.message.removeTitle}
      icon="trash-2"
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note" />
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          <button
            type="button"
            className="btn btn-danger"
            disabled={busy || !connected}
            onClick={() => decide({ t: "message.redact", stream, message: seq, reason: reason.trim() })}
          >
            {busy ? t.working : t.message.removeConfirm}
          </button>
        </>
      }
    >
      <Problem>{problem}</Problem>
      <p>{t.message.removeHint}</p>
      <Reason
        value={reason}
        onChange={setReason}
        label={t.message.removeReason}
        hint={t.message.removeReasonHint}
      />
    </Dialog>
  );
}

export function HelpDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  return (
    <Dialog title={t.help} icon="keyboard" onClose={onClose}>
      <dl className="keys">
        {t.keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">{t.keysHint}</p>
    </Dialog>
  );
}
