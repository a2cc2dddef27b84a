/** The lines and the other terms of one package. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { usePieceWords } from "../../i18n/pieces.ts";
import { useFormat, useStore } from "../context.ts";
import { parseMinor, parseQuantity, previewTotals } from "../money.ts";
import {
  emptyIssue,
  emptyLine,
  ISSUES_MAX,
  type IssueText,
  LINES_MAX,
  type LineText,
  type PackageText,
} from "../offerDraft.ts";
import { readyIn } from "../readyIssues.ts";
import { FromShop } from "./FromShop.tsx";
import { Icon } from "./Icon.tsx";
import { OnBoard } from "./OnBoard.tsx";
import { ReadyIssues } from "./ReadyIssues.tsx";
import { UnitInput } from "./UnitInput.tsx";

/** From so many characters on a value is a clause, and gets the room for one. */
const CLAUSE_CHARS = 60;

interface PackageEditorProps {
  value: PackageText;
  currency: string;
  problem: (name: string) => string | null;
  onChange: (value: PackageText) => void;
  /** Leads to the board, and to an element of it. */
  onBoard: (element: string | null) => void;
}

export function PackageEditor(props: PackageEditorProps): ReactNode {
  const { t } = useLanguage();
  const { value, currency, problem, onChange, onBoard } = props;
  const setLine = (line: LineText): void =>
    onChange({ ...value, lines: value.lines.map((one) => (one.id === line.id ? line : one)) });
  const setIssue = (issue: IssueText): void =>
    onChange({ ...value, issues: value.issues.map((one) => (one.id === issue.id ? issue : one)) });
  const others = value.issues.filter((issue) => readyIn(issue.name, issue.value) === null);
  const used = new Set(value.issues.map(({ name }) => name.trim().toLocaleLowerCase()));
  return (
    <>
      <fieldset className="edit-part">
        <legend>{t.lines}</legend>
        {value.lines.map((line, at) => (
          <LineEditor
            key={line.id}
            line={line}
            number={at + 1}
            currency={currency}
            problem={problem}
            onChange={setLine}
            onBoard={onBoard}
            onRemove={
              value.lines.length > 1
                ? () => onChange({ ...value, lines: value.lines.filter(({ id }) => id !== line.id) })
                : null
            }
          />
        ))}
        {value.lines.length < LINES_MAX && (
          <MoreLines
            onAdd={(line) => onChange({ ...value, lines: [...value.lines, line] })}
            onBoard={onBoard}
          />
        )}
      </fieldset>
      <fieldset className="edit-part">
        <legend>{t.issues}</legend>
        <ReadyIssues
          id={value.id}
          issues={value.issues}
          problem={problem}
          onChange={(issues) => onChange({ ...value, issues })}
        />
        {others.map((issue) => (
          <IssueEditor
            key={issue.id}
            issue={issue}
            problem={problem}
            onChange={setIssue}
            onBoard={onBoard}
            onRemove={() => onChange({ ...value, issues: value.issues.filter(({ id }) => id !== issue.id) })}
          />
        ))}
        {value.issues.length < ISSUES_MAX && (
          <div className="ideas">
            {t.issueIdeas
              .filter((name) => !used.has(name.toLocaleLowerCase()))
              .map((name) => (
                <button
                  key={name}
                  type="button"
                  className="chip"
                  onClick={() => onChange({ ...value, issues: [...value.issues, emptyIssue(name)] })}
                >
                  <Icon name="plus" />
                  {name}
                </button>
              ))}
            <button
              type="button"
              className="link-button"
              onClick={() => onChange({ ...value, issues: [...value.issues, emptyIssue()] })}
            >
              <Icon name="plus" />
              {t.addIssue}
            </button>
          </div>
        )}
      </fieldset>
    </>
  );
}

/** Another line: an empty one, of the seller's shop, or of what is on the board. */
function MoreLines(props: {
  onAdd: (line: LineText) => void;
  onBoard: (element: string | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = usePieceWords();
  const { config } = useStore();
  return (
    <>
      <button type="button" className="link-button" onClick={() => props.onAdd(emptyLine())}>
        <Icon name="plus" />
        {t.addLine}
      </button>
      <FromShop onPick={props.onAdd} />
      {config.board && (
        <button type="button" className="link-button" onClick={() => props.onBoard(null)}>
          <Icon name="target" />
          {words.from}
        </button>
      )}
    </>
  );
}

function Input(props: {
  id: string;
  label: string;
  value: string;
  problem: string | null;
  decimal?: boolean;
  day?: boolean;
  /** A clause, of any number of lines. */
  long?: boolean;
  max?: number;
  onChange: (value: string) => void;
}): ReactNode {
  const { id, label, value, problem } = props;
  const common = {
    id,
    value,
    maxLength: props.max ?? 200,
    "aria-invalid": problem !== null,
    "aria-describedby": problem ? `${id}-problem` : undefined,
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {props.long ? (
        <textarea
          {...common}
          rows={value.length > CLAUSE_CHARS || value.includes("\n") ? 4 : 1}
          onChange={(event) => props.onChange(event.target.value)}
        />
      ) : (
        <input
          {...common}
          className={props.decimal ? "input-money" : ""}
          {...(props.day ? { type: "date" } : { inputMode: props.decimal ? "decimal" : "text" })}
          autoComplete="off"
          onChange={(event) => props.onChange(event.target.value)}
        />
      )}
      {problem && (
        <span className="field-error" id={`${id}-problem`}>
          {problem}
        </span>
      )}
    </div>
  );
}

function LineEditor(props: {
  line: LineText;
  number: number;
  currency: string;
  problem: (name: string) => string | null;
  onChange: (line: LineText) => void;
  onRemove: (() => void) | null;
  onBoard: (element: string | null) => void;
}): ReactNode {
  const { t, code } = useLanguage();
  const format = useFormat();
  const { line, currency, problem, onChange, onRemove } = props;
  const { element, ...released } = line;
  const at = `line ${line.id}`;
  const quantity = parseQuantity(line.quantity, code);
  const price = parseMinor(line.price, currency, code);
  const total =
    quantity.ok && price.ok
      ? previewTotals([{ quantity: quantity.value, unit_price: price.value }], "none", 0)?.gross
      : undefined;
  return (
    <div className="edit-line">
      <Input
        id={`${line.id}-title`}
        label={t.lineTitle}
        value={line.title}
        problem={problem(`${at} title`)}
        onChange={(title) => onChange({ ...line, title })}
      />
      <Input
        id={`${line.id}-quantity`}
        label={t.quantity}
        value={line.quantity}
        decimal
        max={24}
        problem={problem(`${at} quantity`)}
        onChange={(next) => onChange({ ...line, quantity: next })}
      />
      <UnitInput id={`${line.id}-unit`} value={line.unit} onChange={(unit) => onChange({ ...line, unit })} />
      <Input
        id={`${line.id}-price`}
        label={`${t.price} (${currency})`}
        value={line.price}
        decimal
        max={24}
        problem={problem(`${at} price`)}
        onChange={(next) => onChange({ ...line, price: next })}
      />
      <output className="edit-total num" htmlFor={`${line.id}-quantity ${line.id}-price`}>
        {total === undefined ? "–" : format.money(total, currency)}
      </output>
      {onRemove && (
        <button
          type="button"
          className="icon-button edit-remove"
          aria-label={t.removeLine(props.number)}
          onClick={onRemove}
        >
          <Icon name="trash" />
        </button>
      )}
      <div className="edit-more">
        <Input
          id={`${line.id}-due`}
          label={t.lineDue}
          value={line.due ?? ""}
          day
          problem={problem(`${at} due`)}
          onChange={(due) => onChange({ ...line, due })}
        />
        {element && (
          <OnBoard
            element={element}
            name={line.title}
            onShow={props.onBoard}
            onRelease={() => onChange(released)}
          />
        )}
      </div>
    </div>
  );
}

function IssueEditor(props: {
  issue: IssueText;
  problem: (name: string) => string | null;
  onChange: (issue: IssueText) => void;
  onRemove: () => void;
  onBoard: (element: string | null) => void;
}): ReactNode {
  const { t } = useLanguage();
  const { issue, problem, onChange } = props;
  const { element, ...released } = issue;
  const at = `issue ${issue.id}`;
  return (
    <div className="edit-issue">
      <Input
        id={`${issue.id}-name`}
        label={t.issueName}
        value={issue.name}
        problem={problem(`${at} name`)}
        onChange={(name) => onChange({ ...issue, name })}
      />
      {issue.kind === "boolean" ? (
        <div className="field">
          <label htmlFor={`${issue.id}-value`}>{t.issueValue}</label>
          <select
            id={`${issue.id}-value`}
            value={issue.value}
            onChange={(event) => onChange({ ...issue, value: event.target.value })}
          >
            <option value="true">{t.yes}</option>
            <option value="false">{t.no}</option>
          </select>
        </div>
      ) : (
        <Input
          id={`${issue.id}-value`}
          label={t.issueValue}
          value={issue.value}
          max={2000}
          long
          problem={problem(`${at} value`)}
          onChange={(value) => onChange({ ...issue, value })}
        />
      )}
      <button
        type="button"
        className="icon-button edit-remove"
        aria-label={t.removeIssue(issue.name)}
        onClick={props.onRemove}
      >
        <Icon name="trash" />
      </button>
      {element && (
        <div className="edit-more">
          <OnBoard
            element={element}
            name={issue.name}
            onShow={props.onBoard}
            onRelease={() => onChange(released)}
          />
        </div>
      )}
    </div>
  );
}
