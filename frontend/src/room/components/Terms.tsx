/** The right side: terms of a version against an earlier one, all versions, both sides' way, people, the order. */
import { lazy, type ReactNode, Suspense, useId, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Offer, ParticipantSide, TableState } from "../../protocol/types.ts";
import { lowestGross, useFormat, useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import { redline } from "../redline.ts";
import { previousOffer } from "../roomState.ts";
import { Boundary, Face } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";
import { PackageTabs } from "./OfferCard.tsx";
import { OrderBox } from "./OrderBox.tsx";
import { RedlineTable } from "./Redline.tsx";
import { PersonChips } from "./Supervised.tsx";

/** Comes with the second offer: before that there is no way to draw. */
const ConcessionChart = lazy(async () => ({
  default: (await import("./ConcessionChart.tsx")).ConcessionChart,
}));

interface TermsProps {
  open: OpenDialog;
  /** The version that is looked at; null follows the newest. */
  shown: number | null;
  onShow: (version: number | null) => void;
  /** What stands below everything else. */
  children?: ReactNode;
}

export function Terms(props: TermsProps): ReactNode {
  const { t } = useLanguage();
  const { table, party } = useRoom();
  return (
    <aside className="terms-zone" aria-label={t.terms}>
      {table?.order && table.agreement && <OrderBox table={table} open={props.open} />}
      {table && <Comparison table={table} {...props} />}
      {table && <Versions table={table} {...props} />}
      {table && <People table={table} open={props.open} />}
      {props.children}
      {table?.negotiation.status === "open" && party && (
        <div className="terms-part terms-end">
          <button type="button" className="link-button" onClick={() => props.open({ kind: "close" })}>
            <Icon name="gavel" />
            {t.endNegotiation}
          </button>
        </div>
      )}
    </aside>
  );
}

function Comparison({ table, shown }: TermsProps & { table: TableState }): ReactNode {
  const { t } = useLanguage();
  const { party } = useRoom();
  const [against, setAgainst] = useState<number | null>(null);
  const [picked, setPicked] = useState<number | null>(null);
  const select = useId();
  const offer = table.offers.find(({ version }) => version === shown) ?? table.offers.at(-1);
  if (!offer) {
    return (
      <section className="terms-part">
        <h2>{t.terms}</h2>
        <p className="muted">{t.noTerms}</p>
      </section>
    );
  }
  const earlier = table.offers.filter(({ version }) => version < offer.version);
  const before = earlier.find(({ version }) => version === against) ?? previousOffer(table, offer);
  const agreed = table.agreement?.version === offer.version ? table.agreement.package : 0;
  const at = Math.min(picked ?? agreed, offer.packages.length - 1);
  return (
    <section className="terms-part" id="compare" tabIndex={-1}>
      <div className="terms-head">
        <h2>{before ? t.version(offer.version) : t.termsOf(offer.version)}</h2>
        {before && (
          <label className="terms-against" htmlFor={select}>
            {t.against}
            <select
              id={select}
              value={before.version}
              onChange={(event) => setAgainst(Number(event.target.value))}
            >
              {earlier.map(({ version, side }) => (
                <option key={version} value={version}>
                  {t.version(version)} · {t[side]}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      {offer.packages.length > 1 && (
        <PackageTabs offer={offer} index={at} onPick={setPicked} own={offer.side === party} />
      )}
      <RedlineTable
        rows={redline(before, at, offer, at)}
        currency={offer.currency}
        caption={before ? t.redlineTitle(offer.version, before.version) : t.termsOf(offer.version)}
        onBoard
      />
      {table.offers.length > 1 && (
        <Boundary fallback={null}>
          <Suspense fallback={null}>
            <ConcessionChart table={table} />
          </Suspense>
        </Boundary>
      )}
    </section>
  );
}

function Versions({ table, shown, onShow }: TermsProps & { table: TableState }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const current = shown ?? table.offers.at(-1)?.version;
  if (table.offers.length === 0) return null;
  const label = (offer: Offer): string => t.offerStatus[offer.status];
  return (
    <section className="terms-part">
      <h2>
        <Icon name="list-tree" /> {t.allVersions}
      </h2>
      <ol className="versions">
        {table.offers.toReversed().map((offer) => (
          <li key={offer.version}>
            <button
              type="button"
              aria-current={offer.version === current}
              title={t.showVersion(offer.version)}
              onClick={() => onShow(offer.version === table.offers.at(-1)?.version ? null : offer.version)}
            >
              <Face name={table.sides[offer.side].name} side={offer.side} small />
              <b>{t.version(offer.version)}</b>
              <span className="faint">{label(offer)}</span>
              <span className="num">{format.money(lowestGross(offer), offer.currency)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

function People({ table, open }: { table: TableState; open: OpenDialog }): ReactNode {
  const { t } = useLanguage();
  const { view, party } = useRoom();
  const here = new Set(Object.values(view.present).flat());
  const groups: [ParticipantSide, string][] = [
    ["buyer", table.sides.buyer.name],
    ["seller", table.sides.seller.name],
    ["moderator", t.moderators],
  ];
  return (
    <section className="terms-part">
      <h2>
        <Icon name="users" /> {t.people}
      </h2>
      <ul className="people">
        {groups.flatMap(([side, organisation]) =>
          table.participants
            .filter((person) => person.side === side)
            .map((person) => (
              <li key={person.id}>
                <Face name={person.name} side={side} />
                <span>
                  {person.name}
                  {person.id === view.you.id && <span className="faint"> ({t.you})</span>}
                  <PersonChips person={person} />
                  {here.has(person.id) && <span className="here">{t.hereNow}</span>}
                  <span className="faint people-of">
                    {side === "moderator" ? t.moderator : `${organisation} · ${t[side]}`}
                  </span>
                </span>
                {party && person.id !== view.you.id && (
                  <button
                    type="button"
                    className="icon-button people-report"
                    aria-label={t.message.reportPerson(person.name)}
                    title={t.message.reportPerson(person.name)}
                    onClick={() => open({ kind: "report", about: { what: "person", person: person.id } })}
                  >
                    <Icon name="flag" />
                  </button>
                )}
              </li>
            )),
        )}
      </ul>
      {party && (
        <button
          type="button"
          className="link-button report-room"
          onClick={() => open({ kind: "report", about: { what: "room" } })}
        >
          <Icon name="flag" /> {t.message.reportRoom}
        </button>
      )}
    </section>
  );
}
