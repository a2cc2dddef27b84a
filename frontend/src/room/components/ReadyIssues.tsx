/** Delivery date, Incoterm, payment terms and penalty of a package, each a field of its own. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { emptyIssue, type IssueText } from "../offerDraft.ts";
import {
  INCOTERMS,
  type IncotermCode,
  incotermText,
  parseIncoterm,
  type Ready,
  readyIn,
  readyName,
  storedName,
  USUAL_TERMS,
} from "../readyIssues.ts";

interface ReadyProps {
  /** Of the package, for the ids of its fields. */
  id: string;
  issues: IssueText[];
  problem: (name: string) => string | null;
  onChange: (issues: IssueText[]) => void;
}

interface FieldProps {
  id: string;
  /** Null where the offer says nothing of it. */
  value: string | null;
  problem: string | null;
  onChange: (value: string | null) => void;
}

export function ReadyIssues({ id, issues, problem, onChange }: ReadyProps): ReactNode {
  function field(ready: Ready): FieldProps {
    const shown = issues.find(({ name, value }) => readyIn(name, value) === ready);
    return {
      id: `${id}-${ready}`,
      value: shown?.value ?? null,
      problem: shown ? problem(`issue ${shown.id} value`) : null,
      onChange(value) {
        // What was said of it in other words gives way: two issues cannot have one name.
        const held = shown ?? issues.find(({ name }) => readyName(name) === ready);
        if (value === null) onChange(issues.filter((one) => one !== held));
        else if (held) onChange(issues.map((one) => (one === held ? { ...one, value, kind: "text" } : one)));
        else onChange([...issues, { ...emptyIssue(storedName(ready)), value }]);
      },
    };
  }
  return (
    <div className="ready-issues">
      <Delivery {...field("delivery")} />
      <Incoterm {...field("incoterm")} />
      <Payment {...field("payment")} />
      <Penalty {...field("penalty")} />
    </div>
  );
}

function Delivery({ id, value, onChange }: FieldProps): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="field">
      <label htmlFor={id}>{t.offers.issueNames.delivery}</label>
      <input
        id={id}
        type="date"
        min="1000-01-01"
        max="2999-12-31"
        value={value ?? ""}
        onChange={(event) => onChange(event.target.value || null)}
      />
    </div>
  );
}

function Incoterm({ id, value, problem, onChange }: FieldProps): ReactNode {
  const { t } = useLanguage();
  const term = value === null ? null : parseIncoterm(value);
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{t.offers.issueNames.incoterm}</label>
        <select
          id={id}
          value={term?.code ?? ""}
          onChange={(event) => {
            const code = event.target.value as IncotermCode | "";
            onChange(code ? incotermText(code, term?.place ?? "") : null);
          }}
        >
          <option value="">{t.offers.none}</option>
          {INCOTERMS.map((code) => (
            <option key={code} value={code}>
              {code} · {t.offers.incoterms[code]}
            </option>
          ))}
        </select>
      </div>
      {term && (
        <Words
          id={`${id}-place`}
          label={t.offers.place}
          value={term.place}
          max={150}
          problem={problem}
          onChange={(place) => onChange(incotermText(term.code, place))}
        />
      )}
    </>
  );
}

function Payment({ id, value, problem, onChange }: FieldProps): ReactNode {
  const { t } = useLanguage();
  const usual = USUAL_TERMS.find((one) => one === value);
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{t.offers.issueNames.payment}</label>
        <select
          id={id}
          value={value === null ? "" : (usual ?? "own")}
          onChange={({ target }) =>
            onChange(target.value === "" ? null : target.value === "own" ? "" : target.value)
          }
        >
          <option value="">{t.offers.none}</option>
          {USUAL_TERMS.map((one) => (
            <option key={one} value={one}>
              {t.offers.usualTerms[one]}
            </option>
          ))}
          <option value="own">{t.offers.ownTerms}</option>
        </select>
      </div>
      {value !== null && usual === undefined && (
        <Words
          id={`${id}-own`}
          label={t.offers.ownTermsLabel}
          value={value}
          max={2000}
          problem={problem}
          onChange={onChange}
        />
      )}
    </>
  );
}

function Penalty({ id, value, problem, onChange }: FieldProps): ReactNode {
  const { t } = useLanguage();
  return (
    <Words
      id={id}
      label={t.offers.issueNames.penalty}
      hint={t.offers.penaltyHint}
      value={value ?? ""}
      max={200}
      problem={problem}
      onChange={(text) => onChange(text || null)}
    />
  );
}

function Words(props: {
  id: string;
  label: string;
  hint?: string;
  value: string;
  max: number;
  problem: string | null;
  onChange: (value: string) => void;
}): ReactNode {
  const { id, label, hint, value, max, problem, onChange } = props;
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(" ");
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        value={value}
        maxLength={max}
        autoComplete="off"
        aria-invalid={problem !== null}
        aria-describedby={described || undefined}
        onChange={(event) => onChange(event.target.value)}
      />
      {hint && (
        <span className="field-help" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {problem && (
        <span className="field-error" id={`${id}-problem`}>
          {problem}
        </span>
      )}
    </div>
  );
}
