/** Writing an offer: a first one, a counter, or a better one of one's own. */
import { type ReactNode, useMemo } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Offer, TableState, TaxBasis } from "../../protocol/types.ts";
import { lowestGross, packageLetter, useFormat, useRoom } from "../context.ts";
import { formatChange } from "../money.ts";
import { copyPackage, type DraftText, PACKAGES_MAX, type PackageText } from "../offerDraft.ts";
import type { Piece } from "../pieces.ts";
import { type Editor, useOfferEditor } from "../useOfferEditor.ts";
import { Dialog, Problem } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";
import { PackageEditor } from "./PackageEditor.tsx";
import { ScoreParts } from "./Score.tsx";

interface OfferEditorProps {
  table: TableState;
  /** That the first line begins with, as typed. */
  price: string | null;
  /** What of the board a line or an issue is to be about. */
  piece: Piece | null;
  onClose: () => void;
}

export function OfferEditor(props: OfferEditorProps): ReactNode {
  const { t } = useLanguage();
  const { onClose } = props;
  const editor = useOfferEditor(props);
  const { base, own } = editor;
  const title = !base ? t.editorPropose : own ? t.editorImprove(base.version) : t.editorCounter(base.version);
  return (
    <Dialog
      title={title}
      icon="handshake"
      wide
      onClose={onClose}
      footer={<Foot editor={editor} onClose={onClose} />}
    >
      <form
        id="offer-form"
        ref={editor.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          editor.submit();
        }}
      >
        <Problem>{editor.problem}</Problem>
        <Moved editor={editor} />
        {base && !editor.moved && <p className="muted">{t.editorBase(base.version)}</p>}
        <Body editor={editor} />
      </form>
    </Dialog>
  );
}

function Foot({ editor, onClose }: { editor: Editor; onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  const { connected, party } = useRoom();
  const { base, own, busy, same, moved, tried } = editor;
  const count = Object.keys(editor.checked.problems).length;
  return (
    <>
      <span className="sheet-note">
        {tried && count > 0 && <span className="bad">{t.checks.several(count)}</span>}
        {same && <span className="warn">{own ? t.checks.sameOwn : t.checks.same}</span>}
        {editor.asks && <span className="warn">{t.sides.asks(party ?? "seller")}</span>}
      </span>
      <button type="button" className="btn" onClick={onClose}>
        {t.cancel}
      </button>
      <button
        type="submit"
        form="offer-form"
        className="btn btn-primary"
        disabled={busy || moved || !connected || same}
        title={connected ? undefined : t.offlineAction}
      >
        {busy
          ? t.working
          : editor.asks
            ? t.sides.askManager
            : !base
              ? t.sendOffer
              : own
                ? t.sendImproved
                : t.sendCounter}
      </button>
    </>
  );
}

/** While one wrote, the table changed. */
function Moved({ editor }: { editor: Editor }): ReactNode {
  const { t } = useLanguage();
  const { standing } = useRoom();
  if (!editor.moved) return null;
  return (
    <div className="notice notice-warn" role="alert">
      <div>
        {standing ? t.moved(standing.version) : t.movedAway}{" "}
        <button type="button" className="link-button" onClick={() => editor.setBase(standing)}>
          {standing ? t.answerIt(standing.version) : t.offerAnew}
        </button>
      </div>
    </div>
  );
}

function Body({ editor }: { editor: Editor }): ReactNode {
  const { draft, setDraft, at, setAt, checked, words, table } = editor;
  const shown = draft.packages[at];
  if (!shown) return null;
  const replace = (next: PackageText): void =>
    setDraft((all) => ({
      ...all,
      packages: all.packages.map((one) => (one.id === next.id ? next : one)),
    }));
  return (
    <>
      <Packages draft={draft} at={at} onAt={setAt} onDraft={setDraft} />
      <PackageEditor
        key={shown.id}
        value={shown}
        currency={table.room.currency}
        problem={(name) => words(checked.problems[name])}
        onBoard={editor.toBoard}
        onChange={replace}
      />
      <AddPackage draft={draft} at={at} onAt={setAt} onDraft={setDraft} />
      <Problem>{words(checked.problems[`package ${shown.id}`])}</Problem>
      <Conditions draft={draft} onDraft={setDraft} rateProblem={words(checked.problems.rate)} />
      <Preview table={table} base={editor.base} totals={checked.totals[at] ?? null} basis={draft.taxBasis} />
      <DraftScore editor={editor} />
    </>
  );
}

/** What the package that is being written would be worth to one's own side. */
function DraftScore({ editor }: { editor: Editor }): ReactNode {
  const { checked, at } = editor;
  const one = checked.offer?.packages[at];
  const sums = checked.totals[at];
  const packages = useMemo(() => (one && sums ? [{ ...one, ...sums, lines: one.lines }] : []), [one, sums]);
  return (
    <div aria-live="polite">
      <ScoreParts packages={packages} own />
    </div>
  );
}

interface PackagesProps {
  draft: DraftText;
  at: number;
  onAt: (at: number) => void;
  onDraft: (draft: DraftText) => void;
}

function Packages(props: PackagesProps): ReactNode {
  const { t } = useLanguage();
  const { draft, at, onAt, onDraft } = props;
  if (draft.packages.length < 2) return null;
  return (
    <div className="packages packages-edit">
      <div className="segments" role="group" aria-label={t.acceptPackage}>
        {draft.packages.map((one, index) => (
          <button key={one.id} type="button" aria-pressed={index === at} onClick={() => onAt(index)}>
            {t.package(packageLetter(index))}
          </button>
        ))}
      </div>
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
    </div>
  );
}

function AddPackage({ draft, at, onAt, onDraft }: PackagesProps): ReactNode {
  const { t } = useLanguage();
  const first = draft.packages[at];
  if (draft.packages.length >= PACKAGES_MAX || !first) return null;
  return (
    <button
      type="button"
      className="link-button add-package"
      onClick={() => {
        onDraft({ ...draft, packages: [...draft.packages, copyPackage(first)] });
        onAt(draft.packages.length);
      }}
    >
      <Icon name="plus" />
      {t.addPackage} <span className="faint">{t.addPackageHint}</span>
    </button>
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
