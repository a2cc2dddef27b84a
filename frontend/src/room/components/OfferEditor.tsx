/** Writing an offer: a first one, a counter, or a better one of one's own. */
import { type ReactNode, useMemo, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { CommandBody, Offer, OfferDraft, TableState, TaxBasis } from "../../protocol/types.ts";
import { lowestGross, packageLetter, useFormat, useRoom } from "../context.ts";
import { exponent, formatChange } from "../money.ts";
import {
  checkDraft,
  copyPackage,
  type DraftText,
  PACKAGES_MAX,
  type ProblemCode,
  sameTerms,
  startDraft,
} from "../offerDraft.ts";
import { Dialog, Problem } from "./Basics.tsx";
import { useDecision } from "./Decisions.tsx";
import { Icon } from "./Icon.tsx";
import { PackageEditor } from "./PackageEditor.tsx";

/** The command that puts `offer` on the table as it stands: propose, counter or supersede. */
export function offerCommand(
  table: string,
  standing: Offer | null,
  party: string,
  offer: OfferDraft,
): CommandBody {
  if (!standing) return { t: "offer.propose", stream: table, offer };
  if (standing.side === party)
    return { t: "offer.supersede", stream: table, replaces: standing.version, offer };
  return { t: "offer.counter", stream: table, answers: standing.version, offer };
}

export function OfferEditor({ table, onClose }: { table: TableState; onClose: () => void }): ReactNode {
  const { t, code } = useLanguage();
  const { store, standing, party, connected } = useRoom();
  // The version that is answered is the one that was read; a newer one is pointed out, never silently answered.
  const [base, setBase] = useState(standing);
  const [draft, setDraft] = useState<DraftText>(() =>
    startDraft(table.room, standing ?? table.offers.at(-1) ?? null, code),
  );
  const [at, setAt] = useState(0);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { busy, problem, decide } = useDecision(onClose);
  const checked = useMemo(
    () => checkDraft(draft, table.room.currency, code),
    [draft, table.room.currency, code],
  );
  const moved = standing !== null && standing.version !== base?.version;
  const same = checked.offer && base && sameTerms(checked.offer, base);
  const own = base?.side === party;
  const count = Object.keys(checked.problems).length;
  const title = !base ? t.editorPropose : own ? t.editorImprove(base.version) : t.editorCounter(base.version);
  const current = Math.min(at, draft.packages.length - 1);
  const shown = draft.packages[current];

  function words(problemCode: ProblemCode | undefined): string | null {
    if (!problemCode || !tried) return null;
    const text = t.checks[problemCode];
    return typeof text === "function" ? text(exponent(table.room.currency)) : text;
  }

  function submit(): void {
    setTried(true);
    if (!checked.offer) {
      const broken = draft.packages.findIndex(
        (one) =>
          checked.problems[`package ${one.id}`] ||
          one.lines.some(({ id }) =>
            ["title", "quantity", "price"].some((f) => checked.problems[`line ${id} ${f}`]),
          ) ||
          one.issues.some(({ id }) => ["name", "value"].some((f) => checked.problems[`issue ${id} ${f}`])),
      );
      if (broken !== -1) setAt(broken);
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    if (same || moved || !party) return;
    decide(offerCommand(store.config.table, base, party, checked.offer));
  }

  return (
    <Dialog
      title={title}
      icon="handshake"
      wide
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note">
            {tried && count > 0 && <span className="bad">{t.checks.several(count)}</span>}
            {same && <span className="warn">{own ? t.checks.sameOwn : t.checks.same}</span>}
          </span>
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          <button
            type="submit"
            form="offer-form"
            className="btn btn-primary"
            disabled={busy || moved || !connected || same === true}
            title={connected ? undefined : t.offlineAction}
          >
            {busy ? t.working : !base ? t.sendOffer : own ? t.sendImproved : t.sendCounter}
          </button>
        </>
      }
    >
      <form
        id="offer-form"
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Problem>{problem}</Problem>
        {moved && standing && (
          <div className="notice notice-warn" role="alert">
            <div>
              {t.moved(standing.version)}{" "}
              <button type="button" className="link-button" onClick={() => setBase(standing)}>
                {t.answerIt(standing.version)}
              </button>
            </div>
          </div>
        )}
        {base && !moved && <p className="muted">{t.editorBase(base.version)}</p>}
        <Packages draft={draft} at={current} onAt={setAt} onDraft={setDraft} />
        {shown && (
          <PackageEditor
            key={shown.id}
            value={shown}
            currency={table.room.currency}
            problem={(name) => words(checked.problems[name])}
            onChange={(next) =>
              setDraft((all) => ({
                ...all,
                packages: all.packages.map((one) => (one.id === next.id ? next : one)),
              }))
            }
          />
        )}
        {shown && <Problem>{words(checked.problems[`package ${shown.id}`])}</Problem>}
        <Conditions draft={draft} onDraft={setDraft} rateProblem={words(checked.problems.rate)} />
        <Preview table={table} base={base} totals={checked.totals[current] ?? null} basis={draft.taxBasis} />
      </form>
    </Dialog>
  );
}

function Packages(props: {
  draft: DraftText;
  at: number;
  onAt: (at: number) => void;
  onDraft: (draft: DraftText) => void;
}): ReactNode {
  const { t } = useLanguage();
  const { draft, at, onAt, onDraft } = props;
  const several = draft.packages.length > 1;
  const first = draft.packages[at];
  return (
    <div className="packages packages-edit">
      {several && (
        <div className="segments" role="group" aria-label={t.acceptPackage}>
          {draft.packages.map((one, index) => (
            <button key={one.id} type="button" aria-pressed={index === at} onClick={() => onAt(index)}>
              {t.package(packageLetter(index))}
            </button>
          ))}
        </div>
      )}
      {several && (
        <button
          type="button"
          className="link-button"
          onClick={() => {
            onDraft({ ...draft, packages: draft.packages.filter((_, index) => index !== at) });
            onAt(Math.max(0, at - 1));
          }}
        >
          <Icon name="x" />
          {t.removePackage(packageLetter(at))}
        </button>
      )}
      {draft.packages.length < PACKAGES_MAX && first && (
        <button
          type="button"
          className="link-button"
          title={t.addPackageHint}
          onClick={() => {
            onDraft({ ...draft, packages: [...draft.packages, copyPackage(first)] });
            onAt(draft.packages.length);
          }}
        >
          <Icon name="plus" />
          {t.addPackage}
        </button>
      )}
    </div>
  );
}

function Conditions(props: {
  draft: DraftText;
  onDraft: (draft: DraftText) => void;
  rateProblem: string | null;
}): ReactNode {
  const { t } = useLanguage();
  const { draft, onDraft, rateProblem } = props;
  return (
    <div className="conditions">
      <div className="field">
        <label htmlFor="offer-tax">{t.taxBasis}</label>
        <select
          id="offer-tax"
          value={draft.taxBasis}
          onChange={(event) => onDraft({ ...draft, taxBasis: event.target.value as TaxBasis })}
        >
          {(["none", "added", "included"] as const).map((basis) => (
            <option key={basis} value={basis}>
              {t.taxChoices[basis]}
            </option>
          ))}
        </select>
      </div>
      {draft.taxBasis !== "none" && (
        <div className="field">
          <label htmlFor="offer-rate">{t.taxRate}</label>
          <input
            id="offer-rate"
            inputMode="decimal"
            className="input-money"
            value={draft.taxRate}
            aria-invalid={rateProblem !== null}
            aria-describedby="offer-rate-problem"
            onChange={(event) => onDraft({ ...draft, taxRate: event.target.value })}
          />
          <span className="field-error" id="offer-rate-problem">
            {rateProblem}
          </span>
        </div>
      )}
      <div className="field">
        <label htmlFor="offer-expiry">{t.expiry}</label>
        <select
          id="offer-expiry"
          value={draft.expiresS}
          onChange={(event) => onDraft({ ...draft, expiresS: Number(event.target.value) })}
        >
          {Object.entries(t.expiryChoices).map(([seconds, name]) => (
            <option key={seconds} value={seconds}>
              {name}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

function Preview(props: {
  table: TableState;
  base: Offer | null;
  totals: { net: number; tax: number; gross: number } | null;
  basis: TaxBasis;
}): ReactNode {
  const { t, code } = useLanguage();
  const format = useFormat();
  const { table, base, totals, basis } = props;
  const { currency, list_price: list } = table.room;
  const money = (minor: number | undefined): string =>
    minor === undefined ? "–" : format.money(minor, currency);
  const theirs = base && totals && formatChange(lowestGross(base), totals.gross, code);
  // The list price is that of one piece: only an offer of one piece can be held against it.
  const single = base === null && list !== null && totals ? formatChange(list, totals.net, code) : null;
  return (
    <section className="preview" aria-live="polite">
      <h3>
        {t.preview} <span className="faint">{t.previewHint}</span>
      </h3>
      <dl>
        {basis !== "none" && (
          <>
            <div>
              <dt>{t.net}</dt>
              <dd className="num">{money(totals?.net)}</dd>
            </div>
            <div>
              <dt>{t.tax}</dt>
              <dd className="num">{money(totals?.tax)}</dd>
            </div>
          </>
        )}
        <div className="preview-total">
          <dt>{t.gross}</dt>
          <dd className="num">{money(totals?.gross)}</dd>
        </div>
      </dl>
      {theirs && base && <p className="muted">{t.againstTheirs(theirs, base.version)}</p>}
      {single && <p className="muted">{t.againstList(single)}</p>}
    </section>
  );
}
