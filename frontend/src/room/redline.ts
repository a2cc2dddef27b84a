/** What differs between two packages of terms, row by row. */

import type { Issue, IssueValue, Line, Offer, Package, TaxBasis } from "../protocol/types.ts";
import { readyName } from "./readyIssues.ts";
import type { Part } from "./remarks.ts";

export type Change = "same" | "changed" | "added" | "removed";

export type Cell =
  | { type: "money"; minor: number }
  | { type: "quantity"; quantity: string; unit: string }
  | { type: "line"; quantity: string; unit: string; minor: number; due?: string }
  | { type: "day"; day: string }
  | { type: "issue"; name: string; value: IssueValue }
  | { type: "tax"; basis: TaxBasis; rateBp: number };

export interface Row {
  key: string;
  /** A line's title, an issue's name, or null for what the dictionary names. */
  label: string | null;
  /** Said beside the label: the quantity that a unit price is for. */
  note: Cell | null;
  /** The day of a line, where it stayed the same: said beside the label, too. */
  due?: string;
  field: "line" | "unit_price" | "quantity" | "due" | "issue" | "tax" | "net" | "tax_amount" | "gross";
  was: Cell | null;
  now: Cell | null;
  change: Change;
  /** What of the later version it is, if it is a line or an issue that is still there. */
  part?: Part;
  /** What on the board it names, and whether the earlier version named nothing, or something else. */
  element?: string;
  bound?: boolean;
}

const folded = (text: string): string => text.trim().toLocaleLowerCase();
/** The issues that the form has ready have a name in each language. */
const sameIssue = (name: string): string => readyName(name) ?? folded(name);

/** Pairs lines by title, then what is left over by position. */
function pairLines(before: Line[], after: Line[]): [Line | null, Line | null][] {
  const left = [...before];
  const pairs: [Line | null, Line | null][] = after.map((line) => {
    const index = left.findIndex((one) => folded(one.title) === folded(line.title));
    return [index === -1 ? null : (left.splice(index, 1)[0] ?? null), line];
  });
  for (const line of left) pairs.push([line, null]);
  return pairs;
}

type Bound = { element?: string | null };

function boundTo(before: Bound | null | undefined, after: Bound | null): Pick<Row, "element" | "bound"> {
  return after?.element ? { element: after.element, bound: after.element !== before?.element } : {};
}

function lineRows(before: Line | null, after: Line | null, index: number): Row[] {
  const title = (after ?? before)?.title ?? "";
  const whole = (line: Line): Cell => ({
    type: "line",
    quantity: line.quantity,
    unit: line.unit,
    minor: line.unit_price,
    ...(line.due ? { due: line.due } : {}),
  });
  if (!before || !after) {
    return [
      {
        key: `line ${index}`,
        label: title,
        note: null,
        field: "line",
        was: before && whole(before),
        now: after && whole(after),
        change: before ? "removed" : "added",
        ...(after ? { part: { line: index } } : {}),
        ...boundTo(before, after),
      },
    ];
  }
  const quantitySame = before.quantity === after.quantity && before.unit === after.unit;
  const quantity: Cell = { type: "quantity", quantity: after.quantity, unit: after.unit };
  const rows: Row[] = [
    {
      key: `price ${index}`,
      label: title,
      note: quantitySame ? quantity : null,
      field: "unit_price",
      was: { type: "money", minor: before.unit_price },
      now: { type: "money", minor: after.unit_price },
      change: before.unit_price === after.unit_price ? "same" : "changed",
      part: { line: index },
      ...(after.due && after.due === before.due ? { due: after.due } : {}),
      ...boundTo(before, after),
    },
  ];
  if (!quantitySame) {
    rows.push({
      key: `quantity ${index}`,
      label: title,
      note: null,
      field: "quantity",
      was: { type: "quantity", quantity: before.quantity, unit: before.unit },
      now: quantity,
      change: "changed",
    });
  }
  if ((before.due ?? null) !== (after.due ?? null)) rows.push(dueRow(before, after, index));
  return rows;
}

/** The day of a line, where it is another one, or there was none, or there is none any more. */
function dueRow(before: Line, after: Line, index: number): Row {
  const cell = ({ due }: Line): Cell | null => (due ? { type: "day", day: due } : null);
  return {
    key: `due ${index}`,
    label: after.title,
    note: null,
    field: "due",
    was: cell(before),
    now: cell(after),
    change: !before.due ? "added" : after.due ? "changed" : "removed",
  };
}

function issueRows(before: Issue[], after: Issue[]): Row[] {
  const left = new Map(before.map((issue) => [sameIssue(issue.name), issue]));
  const cell = ({ name, value }: Issue): Cell => ({ type: "issue", name, value });
  const rows: Row[] = after.map((issue) => {
    const old = left.get(sameIssue(issue.name));
    left.delete(sameIssue(issue.name));
    return {
      key: `issue ${issue.name}`,
      label: issue.name,
      note: null,
      field: "issue",
      was: old ? cell(old) : null,
      now: cell(issue),
      change: !old ? "added" : old.value === issue.value ? "same" : "changed",
      part: { issue: issue.name },
      ...boundTo(old, issue),
    };
  });
  for (const issue of left.values()) {
    rows.push({
      key: `issue ${issue.name}`,
      label: issue.name,
      note: null,
      field: "issue",
      was: cell(issue),
      now: null,
      change: "removed",
    });
  }
  return rows;
}

function amountRow(field: "net" | "tax_amount" | "gross", was: number | null, now: number): Row {
  return {
    key: field,
    label: null,
    note: null,
    field,
    was: was === null ? null : { type: "money", minor: was },
    now: { type: "money", minor: now },
    change: was === null || was === now ? "same" : "changed",
  };
}

/** What is compared of an offer, wherever it stands. */
export type Terms = Pick<Offer, "packages" | "tax_basis" | "tax_rate_bp">;

/** All rows of `after`, marked against `before`; without `before` everything is the same. */
export function redline(
  before: Terms | null,
  beforePackage: number,
  after: Terms,
  afterPackage: number,
): Row[] {
  const now = after.packages[afterPackage];
  if (!now) return [];
  const was: Package = before?.packages[beforePackage] ?? before?.packages[0] ?? now;
  const old = before ?? after;
  const rows = pairLines(was.lines, now.lines).flatMap(([left, right], index) =>
    lineRows(left, right, index),
  );
  rows.push(...issueRows(was.issues, now.issues));
  const taxSame = old.tax_basis === after.tax_basis && old.tax_rate_bp === after.tax_rate_bp;
  const taxed = old.tax_basis !== "none" || after.tax_basis !== "none";
  const basis = (one: Terms): Cell => ({ type: "tax", basis: one.tax_basis, rateBp: one.tax_rate_bp });
  if (!taxSame) {
    rows.push({
      key: "tax",
      label: null,
      note: null,
      field: "tax",
      was: basis(old),
      now: basis(after),
      change: "changed",
    });
  }
  if (taxed) {
    rows.push(amountRow("net", was.net, now.net), {
      ...amountRow("tax_amount", was.tax, now.tax),
      note: taxSame ? basis(after) : null,
    });
  }
  rows.push(amountRow("gross", was.gross, now.gross));
  return rows;
}

/** For a card: the rows that changed, or name something else on the board, and always the sum. */
export function changedRows(rows: Row[]): Row[] {
  return rows.filter(({ change, field, bound }) => change !== "same" || bound || field === "gross");
}
