/** What was said about the lines and issues of an offer: how much, the way there, and saying more. */
import { type ReactNode, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { About, Offer } from "../../protocol/types.ts";
import { issueLabel, packageLetter, useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import type { Row } from "../redline.ts";
import { partOf, type Remark, remarksOn, samePart } from "../remarks.ts";
import { Icon } from "./Icon.tsx";
import { useObserving } from "./Observing.tsx";
import { useBarred } from "./Supervised.tsx";

interface RemarksProps {
  offer: Offer;
  /** The package that is shown. */
  at: number;
  open: OpenDialog;
}

/** Whether one may say something at the table now. */
function useMaySpeak(): boolean {
  const { store } = useRoom();
  const silent = useObserving() === "observing";
  const barred = useBarred(false) !== null;
  return !silent && !barred && !store.readOnly;
}

/** At the end of a row: the remarks on it, and a way to make one. */
export function RowRemarks({ offer, at, row, open }: RemarksProps & { row: Row }): ReactNode {
  const { t } = useLanguage();
  const { stream } = useRoom();
  const speaks = useMaySpeak();
  const { part, label } = row;
  if (!part) return null;
  const name = "issue" in part ? issueLabel(part.issue, t) : (label ?? "");
  const made = remarksOn(stream.events, offer.version).filter(
    ({ about }) => about.package === at && samePart(partOf(about), part),
  );
  return (
    <span className="remarks">
      {made.length > 0 && <Count made={made} name={name} />}
      {speaks && (
        <button
          type="button"
          className="icon-button remark-add"
          aria-label={t.offers.remarkOn(name)}
          title={t.offers.remarkOn(name)}
          onClick={() => open({ kind: "remark", offer, package: at, part })}
        >
          <Icon name="message-square-plus" />
        </button>
      )}
    </span>
  );
}

/** The remarks on what the card does not show: rows that did not change, other packages. */
export function OtherRemarks({ offer, at, rows }: RemarksProps & { rows: Row[] }): ReactNode {
  const { t } = useLanguage();
  const { stream } = useRoom();
  const shown = rows.flatMap(({ part }) => part ?? []);
  const made = remarksOn(stream.events, offer.version).filter(
    ({ about }) => about.package !== at || !shown.some((part) => samePart(partOf(about), part)),
  );
  if (made.length === 0) return null;
  return (
    <p className="remarks-other">
      <Count made={made} name={t.version(offer.version)} words />
    </p>
  );
}

/** Leads to the first of them, and on from there. */
function Count({ made, name, words }: { made: Remark[]; name: string; words?: boolean }): ReactNode {
  const { t } = useLanguage();
  const { store, stream } = useRoom();
  const [next, setNext] = useState(0);
  const label = t.offers.remarks(made.length, name);
  return (
    <button
      type="button"
      className="remark-count"
      aria-label={label}
      title={label}
      onClick={() => {
        const remark = made[next % made.length];
        setNext(next + 1);
        if (remark) void store.lookback.goTo(stream.id, remark.seq);
      }}
    >
      <Icon name="message-square" /> <span className="num">{words ? label : made.length}</span>
    </button>
  );
}

/** Above a message: what of which offer it is about, and the way there. */
export function AboutOffer({ about, onGo }: { about: About; onGo: (seq: number) => void }): ReactNode {
  const { t } = useLanguage();
  const { table } = useRoom();
  const offer = table?.offers.find(({ version }) => version === about.version);
  const name = about.line === undefined ? issueLabel(about.name, t) : about.name;
  const several = (offer?.packages.length ?? 1) > 1;
  return (
    <button type="button" className="message-quote" onClick={() => onGo(about.offer)}>
      <Icon name="handshake" />
      <span>
        {several
          ? t.offers.aboutPackage(name, packageLetter(about.package), about.version)
          : t.offers.about(name, about.version)}
      </span>
    </button>
  );
}
