/** What a side wants, while it is being written: text as typed, and what it means to the server. Pure. */
import type { Issue, Offer, Preference, Preferences, RoomFacts, Side } from "../protocol/types.ts";
import { inputText, parseMinor, parseQuantity } from "./money.ts";
import { freshId } from "./offerDraft.ts";
import { measure, plain } from "./scoring.ts";

export const PREFERENCES_MAX = 60;
export const NOTES_CHARS_MAX = 8000;
const WEIGHT = "10";

/** As kinds are offered: yes or no is a choice between the two. */
export type RowKind = Preference["kind"] | "yesno";

export interface WantText {
  id: string;
  kind: RowKind;
  name: string;
  reservation: string;
  target: string;
  weight: string;
}

export interface WantsText {
  rows: WantText[];
  alternative: string;
  notes: string;
}

export type WantProblem = "value" | "name" | "twice" | "weight" | "same" | "higher" | "lower" | "points";

/** What is wrong, by the id of its row; `alternative` for that. */
export type WantProblems = Record<string, WantProblem>;

export interface CheckedWants {
  problems: WantProblems;
  issues: Preference[];
  alternative: number | null;
}

export function emptyWant(kind: RowKind, name = ""): WantText {
  return { id: freshId(), kind, name, reservation: "", target: "", weight: WEIGHT };
}

function kindOf({ value }: Issue): RowKind {
  if (typeof value === "boolean") return "yesno";
  if (measure("date", value) !== null) return "date";
  // A number among words may be a day of a month: whoever writes the row knows.
  return typeof value === "number" ? "number" : "choice";
}

/** What may be worth a row: the price, every issue of the newest offer, its lines. Without those that are there. */
export function proposals(offer: Offer | null, room: RoomFacts, rows: readonly WantText[]): WantText[] {
  const first = offer?.packages[0];
  const lines = first?.lines.map(({ title }) => title) ?? [room.title];
  const all = [
    emptyWant("total"),
    ...(first?.issues ?? []).map((issue) => emptyWant(kindOf(issue), issue.name)),
    ...lines.flatMap((title) => [emptyWant("unit_price", title), emptyWant("quantity", title)]),
  ];
  const taken = new Set(rows.map(keyOf));
  return all.filter((row) => {
    const key = keyOf(row);
    const fresh = !taken.has(key);
    taken.add(key);
    return fresh;
  });
}

/** What one begins with: what was recorded, or an empty row for the price and for each issue on the table. */
export function startWants(
  known: Preferences | null,
  offer: Offer | null,
  room: RoomFacts,
  language: string,
): WantsText {
  if (!known) {
    const rows = proposals(offer, room, []).filter(
      ({ kind }) => kind !== "unit_price" && kind !== "quantity",
    );
    return { rows, alternative: "", notes: "" };
  }
  const { alternative } = known;
  return {
    rows: known.issues.map((issue) => rowOf(issue, room.currency, language)),
    alternative: alternative === null ? "" : String(Math.floor(alternative / 100)),
    notes: known.notes,
  };
}

function rowOf(issue: Preference, currency: string, language: string): WantText {
  const mark = inputText(10, "EUR", language).slice(1, 2);
  const text = (value: Preference["target"]): string => {
    if (issue.kind === "total" || issue.kind === "unit_price")
      return inputText(Number(value), currency, language);
    return issue.kind === "quantity" ? String(value).replace(".", mark) : String(value);
  };
  return {
    id: freshId(),
    kind: typeof issue.target === "boolean" ? "yesno" : issue.kind,
    name: issue.name ?? "",
    reservation: text(issue.reservation),
    target: text(issue.target),
    weight: String(issue.weight),
  };
}

/** What was typed, as the server wants it; rows without any value are left out. */
export function checkWants(draft: WantsText, side: Side, currency: string, language: string): CheckedWants {
  const problems: WantProblems = {};
  const seen = new Set<string>();
  const issues = draft.rows.flatMap((row) => {
    if (isBlank(row)) return [];
    const problem = checkRow(row, side, currency, language, seen);
    if (typeof problem !== "string") return [problem];
    problems[row.id] = problem;
    return [];
  });
  const points = draft.alternative.trim();
  const alternative = points === "" ? null : whole(points, 0, 100);
  if (points !== "" && alternative === null) problems.alternative = "points";
  return { problems, issues, alternative: alternative === null ? null : alternative * 100 };
}

/** Nothing was said of it. */
export function isBlank({ reservation, target }: WantText): boolean {
  return reservation.trim() === "" && target.trim() === "";
}

function checkRow(
  row: WantText,
  side: Side,
  currency: string,
  language: string,
  seen: Set<string>,
): Preference | WantProblem {
  const name = row.name.trim();
  if (row.kind !== "total" && !name) return "name";
  if (seen.has(keyOf(row))) return "twice";
  seen.add(keyOf(row));
  const reservation = meantBy(row.kind, row.reservation, currency, language);
  const target = meantBy(row.kind, row.target, currency, language);
  if (reservation === null || target === null) return "value";
  const kind = row.kind === "yesno" ? "choice" : row.kind;
  const [start, end] = [measure(kind, reservation), measure(kind, target)];
  if (start === null || end === null || start === "" || end === "") return "value";
  if (start === end) return "same";
  if ((kind === "total" || kind === "unit_price") && end > start !== (side === "seller")) {
    return side === "seller" ? "higher" : "lower";
  }
  const weight = whole(row.weight.trim(), 1, 100);
  if (weight === null) return "weight";
  return { kind, name: kind === "total" ? null : name, reservation, target, weight };
}

function meantBy(
  kind: RowKind,
  text: string,
  currency: string,
  language: string,
): Preference["target"] | null {
  const bare = text.trim();
  switch (kind) {
    case "total":
    case "unit_price": {
      const amount = parseMinor(bare, currency, language);
      return amount.ok ? amount.value : null;
    }
    case "quantity": {
      const quantity = parseQuantity(bare, language);
      return quantity.ok ? quantity.value : null;
    }
    case "number":
      return /^-?(0|[1-9]\d{0,14})$/.test(bare) ? Number(bare) : null;
    case "yesno":
      return bare === "true" ? true : bare === "false" ? false : null;
    default:
      return bare || null;
  }
}

function whole(text: string, least: number, most: number): number | null {
  const value = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : null;
}

/** Number, date and choice are ways to read one and the same issue. */
function keyOf({ kind, name }: WantText): string {
  if (kind === "total") return kind;
  return kind === "unit_price" || kind === "quantity" ? `${kind} ${plain(name)}` : `issue ${plain(name)}`;
}
