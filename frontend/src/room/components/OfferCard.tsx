/** An offer in the stream: a live card while it stands, one line of record afterwards. */
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Offer, TableState } from "../../protocol/types.ts";
import { lowestGross, packageLetter, useFormat, useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import { formatChange } from "../money.ts";
import { changedRows, redline } from "../redline.ts";
import { previousOffer } from "../roomState.ts";
import type { OfferEvent } from "../rows.ts";
import { Countdown, Face, usePassed } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";
import { RedlineTable } from "./Redline.tsx";
import { OtherRemarks, RowRemarks } from "./Remarks.tsx";
import { ScoreChip, ScoreParts } from "./Score.tsx";
import { FrozenChip } from "./Supervised.tsx";
import { StandingActions } from "./TableBar.tsx";

interface OfferCardProps {
  table: TableState;
  event: OfferEvent;
  open: OpenDialog;
  onCompare: (version: number) => void;
}

export function OfferCard(props: OfferCardProps): ReactNode {
  const { table, event } = props;
  const offer = table.offers.find(({ version }) => version === event.body.offer.version) ?? event.body.offer;
  const lives = table.negotiation.standing === offer.version;
  return lives ? <LiveCard {...props} offer={offer} /> : <RecordCard {...props} offer={offer} />;
}

type CardProps = OfferCardProps & { offer: Offer };

function useAnswers(event: OfferEvent): string {
  const { t } = useLanguage();
  if (event.kind === "offer.countered") return t.counters(event.body.answers);
  return event.kind === "offer.superseded" ? t.supersedes(event.body.replaces) : "";
}

function CardHead({ table, offer, event }: CardProps): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const by = table.participants.find(({ id }) => id === offer.by);
  const organisation = table.sides[offer.side].name;
  return (
    <header className="offer-head">
      <Face name={organisation} side={offer.side} />
      <div className="offer-title">
        <h3>
          {t.offerVersion(offer.version)} <span className="muted">{useAnswers(event)}</span>
        </h3>
        <span className="faint">
          {by ? `${by.name}, ${organisation}` : organisation} · {t[offer.side]} · {format.time(offer.made_at)}
        </span>
      </div>
      <FrozenChip offer={offer} />
      {offer.seen_at && (
        <span className="chip">
          <Icon name="eye" />
          {t.seenAt(format.moment(offer.seen_at))}
        </span>
      )}
    </header>
  );
}

/** Tells the other side that this offer was looked at: in view, on a focused page. */
function useSeen(offer: Offer): React.RefObject<HTMLElement | null> {
  const { store, party } = useRoom();
  const ref = useRef<HTMLElement>(null);
  const due = party !== null && offer.side !== party && offer.seen_at === null;
  useEffect(() => {
    const card = ref.current;
    if (!due || !card) return undefined;
    let inView = false;
    const check = (): void => {
      if (inView && document.visibilityState === "visible" && document.hasFocus())
        store.markSeen(offer.version);
    };
    const observer = new IntersectionObserver(
      ([entry]) => {
        inView = entry?.isIntersecting ?? false;
        check();
      },
      { threshold: 0.4 },
    );
    observer.observe(card);
    window.addEventListener("focus", check);
    document.addEventListener("visibilitychange", check);
    return () => {
      observer.disconnect();
      window.removeEventListener("focus", check);
      document.removeEventListener("visibilitychange", check);
    };
  }, [store, due, offer.version]);
  return ref;
}

function LiveCard(props: CardProps): ReactNode {
  const { t, code } = useLanguage();
  const { table, offer, open, onCompare } = props;
  const { party } = useRoom();
  const [index, setIndex] = useState(0);
  const before = previousOffer(table, offer);
  const passed = usePassed(offer.expires_at);
  const gross = offer.packages[index]?.gross ?? lowestGross(offer);
  const earlier = before && (before.packages[index]?.gross ?? lowestGross(before));
  const change = earlier === null ? null : formatChange(earlier, gross, code);
  const rows = redline(before, index, offer, index);
  return (
    <article
      ref={useSeen(offer)}
      className="offer"
      data-side={offer.side}
      aria-label={t.offerVersion(offer.version)}
    >
      <CardHead {...props} />
      {offer.packages.length > 1 && (
        <PackageTabs offer={offer} index={index} onPick={setIndex} own={offer.side === party} />
      )}
      <RedlineTable
        rows={before ? changedRows(rows) : rows}
        currency={offer.currency}
        onBoard
        aside={(row) => <RowRemarks offer={offer} at={index} row={row} open={open} />}
      />
      <OtherRemarks offer={offer} at={index} rows={before ? changedRows(rows) : rows} open={open} />
      <ScoreParts packages={offer.packages.slice(index, index + 1)} own={offer.side === party} />
      <footer className="offer-foot">
        <span className="muted offer-when">
          {change && before && <span>{t.againstTheirs(change, before.version)}</span>}
          {passed ? <span className="bad">{t.expired}</span> : <Countdown until={offer.expires_at} />}
        </span>
        {before && (
          <button type="button" className="btn btn-ghost" onClick={() => onCompare(offer.version)}>
            <Icon name="git-compare-arrows" />
            {t.compare}
          </button>
        )}
        {party && (
          <StandingActions
            offer={offer}
            card
            open={(dialog) => open(dialog.kind === "accept" ? { ...dialog, package: index } : dialog)}
          />
        )}
      </footer>
    </article>
  );
}

export function PackageTabs(props: {
  offer: Offer;
  index: number;
  own: boolean;
  onPick: (index: number) => void;
}): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { offer, index, onPick } = props;
  const count = offer.packages.length;
  return (
    <div className="packages">
      {offer.status === "pending" && (
        <p className="faint">{props.own ? t.packagesHintOwn(count) : t.packagesHint(count)}</p>
      )}
      <div className="segments" role="group" aria-label={t.acceptPackage}>
        {offer.packages.map((one, at) => (
          <button key={one.hash} type="button" aria-pressed={at === index} onClick={() => onPick(at)}>
            {t.package(packageLetter(at))}
            <span className="num">{format.money(one.gross, offer.currency)}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

const STATUS_CHIP: Record<Offer["status"], string> = {
  pending: "chip",
  countered: "chip chip-muted",
  superseded: "chip chip-muted",
  accepted: "chip chip-good",
  declined: "chip chip-bad",
  withdrawn: "chip chip-muted",
  expired: "chip chip-warn",
  voided: "chip chip-bad",
};

function RecordCard(props: CardProps): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { table, offer } = props;
  const { party } = useRoom();
  const [shown, setShown] = useState(false);
  const before = previousOffer(table, offer);
  const organisation = table.sides[offer.side].name;
  const index = table.agreement?.version === offer.version ? table.agreement.package : 0;
  return (
    <article
      className="offer offer-record"
      data-side={offer.side}
      data-status={offer.status}
      aria-label={t.offerVersion(offer.version)}
    >
      <button
        type="button"
        className="offer-line"
        aria-expanded={shown}
        title={shown ? t.hideTerms : t.showTerms}
        onClick={() => setShown(!shown)}
      >
        <Face name={organisation} side={offer.side} small />
        <b>{t.version(offer.version)}</b>
        <span className="muted offer-line-by">
          {organisation}
          <span className="only-roomy"> {useAnswers(props.event)}</span>
        </span>
        <span className="num offer-line-total">{format.money(lowestGross(offer), offer.currency)}</span>
        <span className={STATUS_CHIP[offer.status]}>{t.offerStatus[offer.status]}</span>
        <time className="faint only-roomy" dateTime={offer.made_at}>
          {format.time(offer.made_at)}
        </time>
        <Icon name="chevron-down" className="chevron" />
      </button>
      {shown && (
        <RedlineTable
          rows={redline(before, index, offer, index)}
          currency={offer.currency}
          onBoard
          aside={(row) => <RowRemarks offer={offer} at={index} row={row} open={props.open} />}
        />
      )}
      {!shown && <OtherRemarks offer={offer} at={index} rows={[]} open={props.open} />}
      <ScoreChip packages={offer.packages} own={offer.side === party} />
    </article>
  );
}
