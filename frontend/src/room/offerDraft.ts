/** An offer while it is being written: text as typed, and what it means to the server. Pure. */
import type {
  Asked,
  Issue,
  IssueValue,
  Offer,
  OfferDraft,
  PackageDraft,
  RoomFacts,
  TaxBasis,
} from "../protocol/types.ts";
import { inputText, parseMinor, parseQuantity, plainDecimal, previewTotals, type Totals } from "./money.ts";
import { isComplete, readyIn, tidied } from "./readyIssues.ts";

export const PACKAGES_MAX = 3;
export const LINES_MAX = 100;
export const ISSUES_MAX = 50;
export const EXPIRES_S = 172_800;

export interface LineText {
  id: string;
  title: string;
  quantity: string;
  unit: string;
  price: string;
  /** What of the seller's it is, where it is not the room's own. */
  listing?: string;
  /** When it is to be there, `YYYY-MM-DD`; empty or absent where nothing is said. */
  due?: string;
  /** What on the board is priced with it. */
  element?: string;
}

export interface IssueText {
  id: string;
  name: string;
  value: string;
  /** Yes-or-no terms stay so. */
  kind: "text" | "boolean";
  /** The pin on the board that it came from. */
  element?: string;
}

export interface PackageText {
  id: string;
  lines: LineText[];
  issues: IssueText[];
}

export interface DraftText {
  packages: PackageText[];
  taxBasis: TaxBasis;
  /** Per cent, as typed. */
  taxRate: string;
  expiresS: number;
}

/** What is wrong, by the name of the input: `line 3 price`, `issue 2 name`, `rate`, `package 1`. */
export type Problems = Record<string, ProblemCode>;

export type ProblemCode =
  | "title"
  | "quantity"
  | "quantityDecimals"
  | "price"
  | "priceDecimals"
  | "due"
  | "large"
  | "issueName"
  | "issueTwice"
  | "issueValue"
  | "place"
  | "rate"
  | "packagesSame";

/** As the field of a browser writes a day; a year may have more digits there. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

type Besides = { [key in "listing" | "due" | "element"]?: string | null };

let counter = 0;
export function freshId(): string {
  counter += 1;
  return `d${counter}`;
}

export function emptyLine(): LineText {
  return { id: freshId(), title: "", quantity: "1", unit: "C62", price: "" };
}

export function emptyIssue(name = ""): IssueText {
  return { id: freshId(), name, value: "", kind: "text" };
}

/** What a line may say and need not. */
function besides({ listing, due, element }: Besides): { listing?: string; due?: string; element?: string } {
  return { ...(listing ? { listing } : {}), ...(due ? { due } : {}), ...(element ? { element } : {}) };
}

/** A copy with ids of its own. */
export function copyPackage(one: PackageText): PackageText {
  return {
    id: freshId(),
    lines: one.lines.map((line) => ({ ...line, id: freshId() })),
    issues: one.issues.map((issue) => ({ ...issue, id: freshId() })),
  };
}

function issueText({ name, value, element }: Issue): IssueText {
  const kind = typeof value === "boolean" ? "boolean" : "text";
  return { id: freshId(), name, value: String(value), kind, ...(element ? { element } : {}) };
}

/** The same with this as the price of the first line, as typed. */
export function withPrice(draft: DraftText, price: string): DraftText {
  const [first, ...packages] = draft.packages;
  const [line, ...lines] = first?.lines ?? [];
  if (!first || !line) return draft;
  return { ...draft, packages: [{ ...first, lines: [{ ...line, price }, ...lines] }, ...packages] };
}

/** What the editor starts with: the standing or last offer, or what was asked for, or the listing at its price. */
export function startDraft(
  room: RoomFacts,
  base: Offer | null,
  language: string,
  asked: Asked | null = null,
): DraftText {
  if (!base && asked) {
    const lines = asked.lines.map(({ title, quantity, unit }) => ({
      ...emptyLine(),
      title,
      quantity: quantity.replace(".", inputText(10, "EUR", language).slice(1, 2)),
      unit,
    }));
    const packages = [{ id: freshId(), lines, issues: [] }];
    return { packages, taxBasis: "none", taxRate: "", expiresS: EXPIRES_S };
  }
  if (!base) {
    const price = room.list_price === null ? "" : inputText(room.list_price, room.currency, language);
    const line = { ...emptyLine(), title: room.title, price };
    const packages = [{ id: freshId(), lines: [line], issues: [] }];
    return { packages, taxBasis: "none", taxRate: "", expiresS: EXPIRES_S };
  }
  const decimal = (plain: string): string => {
    const mark = inputText(10, "EUR", language).slice(1, 2);
    return plain.replace(".", mark);
  };
  return {
    packages: base.packages.map((one) => ({
      id: freshId(),
      lines: one.lines.map((line) => ({
        id: freshId(),
        title: line.title,
        quantity: decimal(line.quantity),
        unit: line.unit,
        price: inputText(line.unit_price, base.currency, language),
        ...besides(line),
      })),
      issues: one.issues.map(issueText),
    })),
    taxBasis: base.tax_basis,
    taxRate: base.tax_basis === "none" ? "" : decimal(String(base.tax_rate_bp / 100)),
    expiresS: EXPIRES_S,
  };
}

/** Per cent as typed to 1/100 %, or null. */
export function parseRate(text: string, language: string): number | null {
  const plain = plainDecimal(text.replace("%", ""), language);
  if (plain === null) return null;
  const [whole = "0", fraction = ""] = plain.split(".");
  if (fraction.length > 2) return null;
  const bp = Number.parseInt(whole + fraction.padEnd(2, "0"), 10);
  return bp > 0 && bp <= 10_000 ? bp : null;
}

/** "24" is a number to the server, "24 months" is text. */
function issueValue({ name, value, kind }: IssueText): IssueValue {
  const text = tidied(readyIn(name, value), value);
  if (kind === "boolean") return text === "true";
  return /^-?(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

export interface Checked {
  problems: Problems;
  /** What to send; null while something is wrong. */
  offer: OfferDraft | null;
  /** Preview of the sums, per package, where its lines can be read. */
  totals: (Totals | null)[];
}

/** Reads the whole draft: what is wrong, what to send, and what it would come to. */
export function checkDraft(draft: DraftText, currency: string, language: string): Checked {
  const problems: Problems = {};
  const rate = draft.taxBasis === "none" ? 0 : parseRate(draft.taxRate, language);
  if (rate === null) problems.rate = "rate";
  const totals: (Totals | null)[] = [];
  const packages: PackageDraft[] = draft.packages.map((one) => {
    const lines = one.lines.map((line) => checkLine(line, currency, language, problems));
    const issues = checkIssues(one.issues, problems);
    const readable = lines.every((line) => line.quantity !== "" && line.unit_price > 0);
    totals.push(readable && rate !== null ? previewTotals(lines, draft.taxBasis, rate) : null);
    return { lines, issues };
  });
  packages.forEach((one, at) => {
    const twin = packages.findIndex((other) => JSON.stringify(other) === JSON.stringify(one));
    const id = draft.packages[at]?.id;
    if (twin < at && id) problems[`package ${id}`] = "packagesSame";
  });
  totals.forEach((sum, at) => {
    const id = draft.packages[at]?.lines[0]?.id;
    const anyProblem = draft.packages[at]?.lines.some(
      ({ id: line }) => problems[`line ${line} price`] || problems[`line ${line} quantity`],
    );
    if (sum === null && rate !== null && id && !anyProblem) problems[`line ${id} price`] = "large";
  });
  const ok = Object.keys(problems).length === 0;
  const offer: OfferDraft = {
    currency,
    tax_basis: draft.taxBasis,
    tax_rate_bp: rate ?? 0,
    expires_in_s: draft.expiresS,
    packages,
  };
  return { problems, offer: ok ? offer : null, totals };
}

function checkLine(
  line: LineText,
  currency: string,
  language: string,
  problems: Problems,
): PackageDraft["lines"][number] {
  const at = `line ${line.id}`;
  if (!line.title.trim()) problems[`${at} title`] = "title";
  const quantity = parseQuantity(line.quantity, language);
  if (!quantity.ok) {
    problems[`${at} quantity`] =
      quantity.why === "decimals" ? "quantityDecimals" : quantity.why === "large" ? "large" : "quantity";
  }
  if (line.due && !DAY.test(line.due)) problems[`${at} due`] = "due";
  const price = parseMinor(line.price, currency, language);
  if (!price.ok) {
    problems[`${at} price`] =
      price.why === "decimals" ? "priceDecimals" : price.why === "large" ? "large" : "price";
  }
  return {
    title: line.title.trim(),
    quantity: quantity.ok ? quantity.value : "",
    unit: line.unit,
    unit_price: price.ok ? price.value : 0,
    ...besides(line),
  };
}

function checkIssues(issues: IssueText[], problems: Problems): Issue[] {
  const names = new Set<string>();
  return issues.map((issue) => {
    const name = issue.name.trim();
    if (!name) problems[`issue ${issue.id} name`] = "issueName";
    else if (names.has(name.toLocaleLowerCase())) problems[`issue ${issue.id} name`] = "issueTwice";
    names.add(name.toLocaleLowerCase());
    const ready = readyIn(issue.name, issue.value);
    if (!isComplete(ready, issue.value))
      problems[`issue ${issue.id} value`] = ready === "incoterm" ? "place" : "issueValue";
    return { name, value: issueValue(issue), ...(issue.element ? { element: issue.element } : {}) };
  });
}

/** Whether a draft says exactly what an offer says (its time to stand aside). */
export function sameTerms(draft: OfferDraft, offer: Offer): boolean {
  const terms = (one: PackageDraft): PackageDraft => ({
    lines: one.lines.map(({ title, quantity, unit, unit_price, listing, due, element }) => ({
      title,
      quantity,
      unit,
      unit_price,
      listing: listing ?? null,
      due: due ?? null,
      element: element ?? null,
    })),
    issues: one.issues.map(({ name, value, element }) => ({ name, value, element: element ?? null })),
  });
  const whole = (one: OfferDraft | Offer): string =>
    JSON.stringify([one.currency, one.tax_basis, one.tax_rate_bp, one.packages.map(terms)]);
  return whole(draft) === whole(offer);
}
