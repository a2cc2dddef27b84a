/** Saying what one's side wants: for each issue where it would walk away, what it aims for, how much that weighs. */
import { type ReactNode, useId, useMemo, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Preferences, Side, TableState } from "../../protocol/types.ts";
import { useCaucus } from "../caucus.ts";
import { useFormat, useRoom } from "../context.ts";
import { parseMinor } from "../money.ts";
import {
  checkWants,
  emptyWant,
  isBlank,
  NOTES_CHARS_MAX,
  PREFERENCES_MAX,
  proposals,
  type RowKind,
  startWants,
  type WantsText,
  type WantText,
} from "../preferenceDraft.ts";
import { useDecision } from "../useDecision.ts";
import { Dialog, Problem } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";
import { usePartName } from "./Score.tsx";

const ISSUE_KINDS: readonly RowKind[] = ["number", "date", "choice", "yesno"];

interface EditorProps {
  stream: string;
  known: Preferences | null;
  table: TableState;
  onClose: () => void;
}

/** Everything the editor knows and does. */
function useEditor({ stream, known, table, onClose }: EditorProps) {
  const { code } = useLanguage();
  const { party } = useRoom();
  const { currency } = table.room;
  const side: Side = party ?? "seller";
  const newest = table.offers.at(-1) ?? null;
  // What is changed is the revision that was read; a newer one is pointed out, never silently undone.
  const [base, setBase] = useState(known);
  const [draft, setDraft] = useState(() => startWants(known, newest, table.room, code));
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const decision = useDecision(onClose);
  const checked = useMemo(() => checkWants(draft, side, currency, code), [draft, side, currency, code]);
  const moved = (known?.revision ?? 0) !== (base?.revision ?? 0) && !decision.busy;
  const wrong = Object.keys(checked.problems).length;

  function submit(): void {
    setTried(true);
    if (wrong > 0) {
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    if (moved) return;
    const { issues, alternative } = checked;
    const replaces = base?.revision ?? 0;
    decision.decide({ t: "preferences.set", stream, replaces, issues, alternative, notes: draft.notes });
  }

  function takeTheirs(): void {
    setBase(known);
    setDraft(startWants(known, newest, table.room, code));
  }

  return { ...decision, draft, setDraft, tried, form, checked, moved, wrong, submit, takeTheirs };
}

export function PreferencesEditor(props: EditorProps): ReactNode {
  const { t } = useLanguage();
  const { connected } = useRoom();
  const editor = useEditor(props);
  const { busy, moved, tried, wrong } = editor;
  const { wants } = t.sides;
  return (
    <Dialog
      title={wants.title}
      icon="target"
      wide
      onClose={props.onClose}
      footer={
        <>
          <span className="sheet-note">
            {tried && wrong > 0 && <span className="bad">{wants.several(wrong)}</span>}
          </span>
          <button type="button" className="btn" onClick={props.onClose}>
            {t.cancel}
          </button>
          <button
            type="submit"
            form="wants-form"
            className="btn btn-primary"
            disabled={busy || moved || !connected}
            title={connected ? undefined : t.offlineAction}
          >
            {busy ? t.working : wants.save}
          </button>
        </>
      }
    >
      <form
        id="wants-form"
        ref={editor.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          editor.submit();
        }}
      >
        <Problem>{editor.problem}</Problem>
        {moved && <Moved onTake={editor.takeTheirs} />}
        <p className="muted">
          <Icon name="lock-keyhole" /> {wants.private}
        </p>
        <Rows
          draft={editor.draft}
          table={props.table}
          onDraft={editor.setDraft}
          problemOf={(id) => {
            const found = tried ? editor.checked.problems[id] : undefined;
            return found ? wants.problems[found] : null;
          }}
        />
      </form>
    </Dialog>
  );
}

/** While one wrote, a colleague was first. */
function Moved({ onTake }: { onTake: () => void }): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="notice notice-warn" role="alert">
      <div>
        {t.sides.wants.moved}{" "}
        <button type="button" className="link-button" onClick={onTake}>
          {t.sides.wants.takeTheirs}
        </button>
      </div>
    </div>
  );
}

interface RowsProps {
  draft: WantsText;
  table: TableState;
  problemOf: (id: string) => string | null;
  onDraft: (change: (draft: WantsText) => WantsText) => void;
}

function Rows({ draft, table, problemOf, onDraft }: RowsProps): ReactNode {
  const { t } = useLanguage();
  const id = useId();
  const { wants } = t.sides;
  const weights = draft.rows.reduce((all, row) => all + weightOf(row), 0);
  return (
    <>
      {draft.rows.map((row) => (
        <Row
          key={row.id}
          row={row}
          share={weights > 0 ? weightOf(row) / weights : 0}
          currency={table.room.currency}
          problem={problemOf(row.id)}
          onChange={(next) =>
            onDraft((all) => ({
              ...all,
              rows: all.rows.flatMap((one) => (one.id === row.id ? (next ?? []) : one)),
            }))
          }
        />
      ))}
      <AddRow draft={draft} table={table} onDraft={onDraft} />
      <div className="want-rest">
        <div className="field">
          <label htmlFor={`${id}-alternative`}>{wants.alternative}</label>
          <input
            id={`${id}-alternative`}
            className="input-money"
            inputMode="numeric"
            value={draft.alternative}
            aria-invalid={problemOf("alternative") !== null}
            aria-describedby={`${id}-alternative-hint`}
            onChange={({ target: { value } }) => onDraft((all) => ({ ...all, alternative: value }))}
          />
          <span className="faint" id={`${id}-alternative-hint`}>
            {wants.alternativeHint} <span className="field-error">{problemOf("alternative")}</span>
          </span>
        </div>
        <div className="field">
          <label htmlFor={`${id}-notes`}>{wants.notes}</label>
          <textarea
            id={`${id}-notes`}
            rows={4}
            maxLength={NOTES_CHARS_MAX}
            value={draft.notes}
            aria-describedby={`${id}-notes-hint`}
            onChange={({ target: { value } }) => onDraft((all) => ({ ...all, notes: value }))}
          />
          <span className="faint" id={`${id}-notes-hint`}>
            {wants.notesHint}
          </span>
        </div>
      </div>
    </>
  );
}

/** Rows that will be left out weigh nothing. */
function weightOf(row: WantText): number {
  return isBlank(row) ? 0 : Number(/^\d{1,3}$/.test(row.weight) ? row.weight : 0);
}

function AddRow({ draft, table, onDraft }: Omit<RowsProps, "problemOf">): ReactNode {
  const { t } = useLanguage();
  const nameOf = usePartName();
  const { wants } = t.sides;
  if (draft.rows.length >= PREFERENCES_MAX) return null;
  const add = (row: WantText): void => onDraft((all) => ({ ...all, rows: [...all.rows, row] }));
  const label = ({ kind, name }: WantText): string =>
    kind === "yesno" ? name : nameOf({ kind, name: kind === "total" ? null : name });
  return (
    <div className="want-add" role="group" aria-label={wants.add}>
      {proposals(table.offers.at(-1) ?? null, table.room, draft.rows)
        .slice(0, 8)
        .map((row) => (
          <button
            key={`${row.kind} ${row.name}`}
            type="button"
            className="link-button"
            onClick={() => add(row)}
          >
            <Icon name="plus" />
            {label(row)}
          </button>
        ))}
      <button type="button" className="link-button" onClick={() => add(emptyWant("number"))}>
        <Icon name="plus" />
        {wants.other}
      </button>
    </div>
  );
}

interface RowProps {
  row: WantText;
  /** Of all weights. */
  share: number;
  currency: string;
  problem: string | null;
  /** Null: leave it out. */
  onChange: (row: WantText | null) => void;
}

function Row({ row, share, currency, problem, onChange }: RowProps): ReactNode {
  const { t, code } = useLanguage();
  const id = useId();
  const nameOf = usePartName();
  const bound = useBoundHint(row, currency);
  const { wants } = t.sides;
  const named = row.kind === "total" || row.kind === "unit_price" || row.kind === "quantity";
  const title = named
    ? nameOf({ kind: row.kind as "total", name: row.name })
    : row.name.trim() || wants.issue;
  const percent = new Intl.NumberFormat(code, { style: "percent", maximumFractionDigits: 0 }).format(share);
  const set = (patch: Partial<WantText>): void => onChange({ ...row, ...patch });
  const described = `${id}-problem`;
  return (
    <fieldset className="want" aria-describedby={described}>
      <legend className={named ? undefined : "sr-only"}>{title}</legend>
      {!named && (
        <>
          <div className="field want-name">
            <label htmlFor={`${id}-name`}>{wants.issue}</label>
            <input
              id={`${id}-name`}
              value={row.name}
              maxLength={200}
              aria-invalid={problem !== null && !row.name.trim()}
              onChange={(event) => set({ name: event.target.value })}
            />
          </div>
          <div className="field want-kind">
            <label htmlFor={`${id}-kind`}>{wants.kind}</label>
            <select
              id={`${id}-kind`}
              value={row.kind}
              onChange={(event) => set({ kind: event.target.value as RowKind, reservation: "", target: "" })}
            >
              {ISSUE_KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {wants.kinds[kind]}
                </option>
              ))}
            </select>
          </div>
        </>
      )}
      <Value id={`${id}-from`} field="reservation" row={row} invalid={problem !== null} set={set} />
      <Value id={`${id}-to`} field="target" row={row} invalid={problem !== null} set={set} />
      <div className="field want-weight">
        <label htmlFor={`${id}-weight`}>{wants.weight}</label>
        <input
          id={`${id}-weight`}
          inputMode="numeric"
          value={row.weight}
          maxLength={3}
          aria-describedby={`${id}-share`}
          onChange={(event) => set({ weight: event.target.value })}
        />
        <span className="faint" id={`${id}-share`}>
          {wants.share(percent)}
        </span>
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label={wants.remove(title)}
        onClick={() => onChange(null)}
      >
        <Icon name="x" />
      </button>
      <span className="want-note" id={described}>
        {problem && <span className="field-error">{problem}</span>}
        {bound && <span className="faint">{bound}</span>}
      </span>
    </fieldset>
  );
}

/** Where one would walk away further out than the side's people may go alone: said, and allowed. */
function useBoundHint(row: WantText, currency: string): string | null {
  const { t, code } = useLanguage();
  const format = useFormat();
  const { party } = useRoom();
  const bound = useCaucus()?.caucus?.bound ?? null;
  const amount = parseMinor(row.reservation, currency, code);
  if (row.kind !== "total" || bound === null || !amount.ok || !party) return null;
  const further = party === "seller" ? amount.value < bound : amount.value > bound;
  return further ? t.sides.wants.beyondBound[party](format.money(bound, currency)) : null;
}

function Value(props: {
  id: string;
  field: "reservation" | "target";
  row: WantText;
  invalid: boolean;
  set: (patch: Partial<WantText>) => void;
}): ReactNode {
  const { t } = useLanguage();
  const { id, field, row, invalid, set } = props;
  const common = {
    id,
    value: row[field],
    "aria-invalid": invalid,
    onChange: (event: { target: { value: string } }) => set({ [field]: event.target.value }),
  };
  const decimal = row.kind === "total" || row.kind === "unit_price" || row.kind === "quantity";
  return (
    <div className="field">
      <label htmlFor={id}>{t.sides.wants[field]}</label>
      {row.kind === "yesno" ? (
        <select {...common}>
          <option value="">–</option>
          <option value="true">{t.yes}</option>
          <option value="false">{t.no}</option>
        </select>
      ) : (
        <input
          {...common}
          type={row.kind === "date" ? "date" : "text"}
          className={decimal ? "input-money" : undefined}
          inputMode={decimal ? "decimal" : row.kind === "number" ? "numeric" : undefined}
          maxLength={200}
        />
      )}
    </div>
  );
}
