/**
 * What an offer is worth to one's own side: an additive value function over its issues, in whole numbers. Pure, and
 * the same as the server's `rooms/scoring.py`, which says what the terms mean; both run over
 * tests/fixtures/score_cases.json. Here so that an offer is scored while it is being written.
 */
import type { Issue, LineDraft, Preference, Side } from "../protocol/types.ts";
import { QUANTITY_DECIMALS_MAX } from "./money.ts";

export const FULL = 10_000;

export type PartStatus = "met" | "within" | "beyond" | "unclear" | "missing";

/** What one issue earns, in basis points, and why. */
export interface Part {
  kind: Preference["kind"];
  name: string | null;
  points: number;
  status: PartStatus;
}

export interface Score {
  points: number;
  parts: Part[];
}

/** What is scored: a package of an offer, or of a draft with the sums it will have. */
export interface Scorable {
  lines: Pick<LineDraft, "title" | "quantity" | "unit_price">[];
  issues: Issue[];
  net: number;
  gross: number;
}

/** What a package earns by a side's preferences; null where it has none. */
export function score(preferences: readonly Preference[], one: Scorable, side: Side): Score | null {
  if (preferences.length === 0) return null;
  const parts = preferences.map((preference) => part(preference, one, side));
  const weights = preferences.reduce((all, { weight }) => all + weight, 0);
  const earned = preferences.reduce((all, { weight }, at) => all + weight * (parts[at]?.points ?? 0), 0);
  return { points: Math.floor(earned / weights), parts };
}

/** Of several packages the best counts in the other side's offer, the worst in one's own: whoever answers picks. */
export function scoreOffer(
  preferences: readonly Preference[],
  packages: readonly Scorable[],
  own: boolean,
  side: Side,
): Score | null {
  const scores = packages.flatMap((one) => score(preferences, one, side) ?? []);
  scores.sort((one, other) => one.points - other.points);
  return (own ? scores[0] : scores.at(-1)) ?? null;
}

/** A value on the scale of its kind, null for what is not on it. */
export function measure(kind: Preference["kind"], value: Issue["value"]): bigint | string | null {
  switch (kind) {
    case "choice":
      return typeof value === "boolean" ? (value ? "yes" : "no") : plain(String(value));
    case "quantity":
      return typeof value === "string" ? millionths(value) : null;
    case "date":
      return typeof value === "string" ? day(value) : null;
    case "number":
      if (typeof value === "string") return wholeIn(value);
      return typeof value === "number" ? BigInt(value) : null;
    default:
      return typeof value === "number" ? BigInt(value) : null;
  }
}

/** A name as names are compared. */
export function plain(name: string): string {
  return trim(name).toLowerCase();
}

function trim(text: string): string {
  return text.replace(/^[ \t\r\n\u00a0]+|[ \t\r\n\u00a0]+$/g, "");
}

type Points = [points: number, status: PartStatus];

function part(preference: Preference, one: Scorable, side: Side): Part {
  const { kind } = preference;
  const name = preference.name ?? null;
  const found = values(kind, plain(name ?? ""), one, side).map((value) => pointsOf(preference, value));
  const [points, status] = found.sort(worseFirst)[0] ?? [0, "missing"];
  return { kind, name, points, status };
}

function worseFirst(one: Points, other: Points): number {
  return one[0] - other[0] || (one[1] < other[1] ? -1 : 1);
}

function values(kind: Preference["kind"], name: string, one: Scorable, side: Side): Issue["value"][] {
  if (kind === "total") return [side === "seller" ? one.net : one.gross];
  if (kind === "unit_price" || kind === "quantity") {
    const lines = one.lines.filter(({ title }) => plain(title) === name);
    if (kind === "unit_price") return lines.map(({ unit_price }) => unit_price);
    if (lines.length === 0) return [];
    const sum = lines.reduce((all, { quantity }) => all + millionths(quantity), 0n).toString();
    const digits = sum.padStart(QUANTITY_DECIMALS_MAX + 1, "0");
    return [`${digits.slice(0, -QUANTITY_DECIMALS_MAX)}.${digits.slice(-QUANTITY_DECIMALS_MAX)}`];
  }
  const found = one.issues.find((issue) => plain(issue.name) === name);
  return found ? [found.value] : [];
}

function pointsOf(preference: Preference, value: Issue["value"]): Points {
  const { kind } = preference;
  const at = measure(kind, value);
  const start = measure(kind, preference.reservation);
  const end = measure(kind, preference.target);
  if (typeof at === "bigint" && typeof start === "bigint" && typeof end === "bigint") {
    return between(at, start, end);
  }
  if (at !== null && at === end) return [FULL, "met"];
  return [0, at !== null && at === start ? "within" : "unclear"];
}

function between(at: bigint, start: bigint, end: bigint): Points {
  const [span, gone] = end > start ? [end - start, at - start] : [start - end, start - at];
  if (gone < 0n) return [0, "beyond"];
  return gone >= span ? [FULL, "met"] : [Number((gone * BigInt(FULL)) / span), "within"];
}

function millionths(quantity: string): bigint {
  const [whole = "0", fraction = ""] = quantity.split(".");
  return BigInt(whole + fraction.padEnd(QUANTITY_DECIMALS_MAX, "0"));
}

function day(text: string): bigint | null {
  const bare = trim(text);
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(bare)) return null;
  const at = Date.parse(`${bare}T00:00:00Z`);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== bare) return null;
  return BigInt(at / 86_400_000);
}

function wholeIn(text: string): bigint | null {
  const runs = text.match(/[0-9]+/g) ?? [];
  const [run] = runs;
  if (!run || runs.length !== 1 || run.length > 15) return null;
  return trim(text).startsWith(`-${run}`) ? -BigInt(run) : BigInt(run);
}
