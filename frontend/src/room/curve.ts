/** The way of both sides as figures: for each version what it asks for, or what it is worth to one's own side. Pure. */
import type { Offer, Preference, Preferences, Side } from "../protocol/types.ts";
import { scoreOffer } from "./scoring.ts";

export type By = "price" | "score";

/** One version: `value` in minor units or basis points; `step`: from the same side's version before, null for its first. */
export interface Point {
  offer: Offer;
  value: number;
  step: number | null;
}

/** A level that one's own side has set for itself. */
export interface Level {
  kind: "reservation" | "target" | "alternative";
  value: number;
}

export interface Curve {
  points: Point[];
  levels: Level[];
  least: number;
  most: number;
}

/** What there is to draw. Where one wants nothing there is no curve by score. */
export function curveOf(
  offers: readonly Offer[],
  by: By,
  side: Side | null,
  wanted: Preferences | null,
): Curve {
  const last: Partial<Record<Side, number>> = {};
  const points = offers.map((offer) => {
    const value = by === "price" ? lowest(offer) : worth(offer, side, wanted);
    const before = last[offer.side];
    last[offer.side] = value;
    return { offer, value, step: before === undefined ? null : value - before };
  });
  const levels = by === "price" ? priceLevels(offers, side, wanted) : scoreLevels(wanted);
  if (by === "score") return { points, levels, least: 0, most: 10_000 };
  const all = [...points, ...levels].map(({ value }) => value);
  return { points, levels, least: Math.min(...all), most: Math.max(...all) };
}

function lowest(offer: Offer): number {
  return Math.min(...offer.packages.map(({ gross }) => gross));
}

function worth(offer: Offer, side: Side | null, wanted: Preferences | null): number {
  if (!side || !wanted) return 0;
  return scoreOffer(wanted.issues, offer.packages, offer.side === side, side)?.points ?? 0;
}

function scoreLevels(wanted: Preferences | null): Level[] {
  const value = wanted?.alternative ?? null;
  return value === null ? [] : [{ kind: "alternative", value }];
}

/** The drawn totals have the tax in them: a seller's net can only be drawn among them where there is none. */
function priceLevels(offers: readonly Offer[], side: Side | null, wanted: Preferences | null): Level[] {
  const total = wanted?.issues.find(({ kind }: Preference) => kind === "total");
  const taxed = side === "seller" && offers.some((offer) => offer.packages.some(({ tax }) => tax !== 0));
  if (!total || taxed) return [];
  return [
    { kind: "reservation", value: Number(total.reservation) },
    { kind: "target", value: Number(total.target) },
  ];
}
