/** What is on the table, always in sight: version, total, side, turn, clock, seen, and what one may do. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Offer, TableState } from "../../protocol/types.ts";
import { orderHref } from "../config.ts";
import { lowestGross, useFormat, useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import { nextStep, orderProgress } from "../orderProgress.ts";
import { otherSide, waitingApproval } from "../roomState.ts";
import { Countdown, Face, usePassed } from "./Basics.tsx";
import { useAccountHref } from "./Guest.tsx";
import { Icon } from "./Icon.tsx";
import { ScoreChip } from "./Score.tsx";
import { FrozenChip, useHeld } from "./Supervised.tsx";

export function TableBar({ open, onCaucus }: { open: OpenDialog; onCaucus: () => void }): ReactNode {
  const { t } = useLanguage();
  const { table, store } = useRoom();
  return (
    <div className="bar">
      <div className="bar-room">
        <div className="bar-title">
          <h1 title={table?.room.title ?? store.config.title}>{table?.room.title ?? store.config.title}</h1>
          <button
            type="button"
            className="icon-button"
            aria-label={t.message.search}
            title={`${t.message.search} (/)`}
            onClick={() => open({ kind: "search" })}
          >
            <Icon name="search" />
          </button>
        </div>
        {table && (
          <div className="bar-parties">
            <span className="chip chip-buyer">
              <Face name={table.sides.buyer.name} side="buyer" small /> {table.sides.buyer.name}
            </span>
            <span className="faint">{t.with}</span>
            <span className="chip chip-seller">
              <Face name={table.sides.seller.name} side="seller" small /> {table.sides.seller.name}
            </span>
          </div>
        )}
      </div>
      <WaitsForApproval onClick={onCaucus} />
      {table && <OnTheTable table={table} open={open} />}
    </div>
  );
}

/** Seen by one's own side only: an offer of ours that is not on the table yet. */
function WaitsForApproval({ onClick }: { onClick: () => void }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { view, store } = useRoom();
  const { caucus } = store.config;
  const waits = waitingApproval(caucus ? view.streams[caucus] : undefined);
  if (!waits) return null;
  return (
    <button type="button" className="chip chip-warn bar-waits" onClick={onClick}>
      <Icon name="hourglass" />
      {t.sides.waits(format.money(lowestGross(waits), waits.currency))}
    </button>
  );
}

function OnTheTable({ table, open }: { table: TableState; open: OpenDialog }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { standing, party, connected } = useRoom();
  const held = useHeld(null);
  const { status } = table.negotiation;
  const amending = status === "ordered" && standing;
  if (status !== "open" && table.agreement && !amending) return <Agreed table={table} />;
  if (status === "closed") {
    return (
      <section className="standing" aria-label={t.tableBar}>
        <Icon name="circle-slash" className="muted" />
        <span className="muted">{t.closed}</span>
      </section>
    );
  }
  if (standing) return <Standing table={table} offer={standing} open={open} />;
  return (
    <section className="standing" aria-label={t.tableBar}>
      <div className="standing-facts">
        <span className="muted">{t.nothingStands}</span>
        {table.room.list_price !== null && (
          <span className="standing-minor num">
            {t.listPrice(format.money(table.room.list_price, table.room.currency))}
          </span>
        )}
      </div>
      {party && (
        <div className="standing-actions">
          <button
            type="button"
            className="btn btn-primary"
            disabled={!connected || held !== null}
            title={held ?? (connected ? undefined : t.offlineAction)}
            onClick={() => open({ kind: "offer" })}
          >
            <Icon name="handshake" />
            {t.makeOffer}
          </button>
        </div>
      )}
    </section>
  );
}

function Standing({ table, offer, open }: { table: TableState; offer: Offer; open: OpenDialog }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { party } = useRoom();
  const passed = usePassed(offer.expires_at);
  const own = offer.side === party;
  const mine = table.negotiation.turn === party;
  return (
    <section
      className={mine ? "standing standing-mine" : "standing"}
      data-side={offer.side}
      aria-label={t.tableBar}
    >
      <div className="standing-text">
        <div className="standing-facts">
          <span className="standing-version">
            <Face name={table.sides[offer.side].name} side={offer.side} small />
            <b>{t.version(offer.version)}</b>{" "}
            <span className="muted">{own ? t.byYou : t.bySide(table.sides[offer.side].name)}</span>
          </span>
          <span className="standing-total num">
            {offer.packages.length > 1 && <small>{t.packagesFrom(offer.packages.length)} </small>}
            {format.money(lowestGross(offer), offer.currency)}
          </span>
        </div>
        <div className="standing-facts standing-when">
          {mine ? (
            <span className="chip chip-accent">{t.yourTurn}</span>
          ) : (
            <span className="chip">{t.theirTurn(table.sides[otherSide(offer.side)].name)}</span>
          )}
          {passed ? (
            <span className="bad" title={t.expiredHint}>
              {t.expired}
            </span>
          ) : (
            <span title={t.expiresIn}>
              <span className="sr-only">{t.expiresIn} </span>
              <Countdown until={offer.expires_at} />
            </span>
          )}
          <FrozenChip offer={offer} />
          <ScoreChip packages={offer.packages} own={own} />
          <SeenMark offer={offer} />
          <span className="standing-minor">{format.taxInTotal(offer.tax_basis, offer.tax_rate_bp)}</span>
        </div>
      </div>
      {party && <StandingActions offer={offer} open={open} />}
    </section>
  );
}

function SeenMark({ offer }: { offer: Offer }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  return offer.seen_at ? (
    <span className="seen">
      <Icon name="eye" />
      {t.seenAt(format.moment(offer.seen_at))}
    </span>
  ) : (
    <span className="seen">
      <Icon name="eye-off" />
      {t.notSeen}
    </span>
  );
}

/** The same buttons in the bar and on the card. */
export function StandingActions(props: { offer: Offer; open: OpenDialog; card?: boolean }): ReactNode {
  const { t } = useLanguage();
  const { party, connected } = useRoom();
  const { offer, open } = props;
  const passed = usePassed(offer.expires_at);
  const held = useHeld(offer);
  const account = useAccountHref();
  const common = {
    type: "button" as const,
    disabled: !connected || held !== null,
    title: held ?? (connected ? undefined : t.offlineAction),
  };
  if (offer.side === party) {
    return (
      <div className="standing-actions">
        <button {...common} className="btn btn-danger" onClick={() => open({ kind: "withdraw", offer })}>
          {t.withdraw}
        </button>
        <button {...common} className="btn" onClick={() => open({ kind: "offer" })}>
          {t.improve}
        </button>
      </div>
    );
  }
  return (
    <div className="standing-actions">
      <button {...common} className="btn btn-danger" onClick={() => open({ kind: "decline", offer })}>
        {t.decline}
      </button>
      <button {...common} className="btn" onClick={() => open({ kind: "offer" })}>
        {t.counter}
      </button>
      {account ? (
        <a className="btn btn-primary btn-account" href={account}>
          {t.guest.makeAccountToAccept}
        </a>
      ) : (
        <button
          {...common}
          disabled={common.disabled || passed}
          title={passed ? t.expiredHint : common.title}
          className="btn btn-primary"
          onClick={() => open({ kind: "accept", offer, package: 0 })}
        >
          {props.card ? t.reviewAccept : t.accept}
        </button>
      )}
    </div>
  );
}

function Agreed({ table }: { table: TableState }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { party, store, stream } = useRoom();
  const { agreement, order } = table;
  if (!agreement) return null;
  const progress = order && orderProgress(order, stream.events);
  const step = progress && party ? nextStep(progress, party) : null;
  // Without an order it is a frame agreement, whose page has the agreement's own id.
  const href = orderHref(store.config, (order ?? agreement).id);
  return (
    <section className="standing standing-agreed" aria-label={t.tableBar}>
      <div className="standing-facts">
        <span className="standing-version good">
          <Icon name="circle-check" /> <b>{t.agreedOn(agreement.version)}</b>
        </span>
        <span className="standing-total num">{format.money(agreement.gross, agreement.currency)}</span>
      </div>
      {href && (
        <div className="standing-actions">
          <a className={step?.mine ? "btn btn-primary" : "btn"} href={href}>
            {step?.mine ? t[step.label] : order ? t.openOrder : t.line.frame}
          </a>
        </div>
      )}
    </section>
  );
}
