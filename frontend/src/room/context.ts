import { createContext, useContext, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { type Dictionary, useLanguage } from "../i18n/index.ts";
import type { IssueValue, Offer, ParticipantSide, Side, TableState, TaxBasis } from "../protocol/types.ts";
import { formatMoney, formatQuantity } from "./money.ts";
import { readyIn, readyName, USUAL_TERMS } from "./readyIssues.ts";
import type { Cell } from "./redline.ts";
import { emptyStream, knownTable, type StreamState, standingOffer } from "./roomState.ts";
import type { RoomStore } from "./store.ts";
import { onRareUnits, rareUnit, rareUnits } from "./units.ts";
import type { RoomView } from "./view.ts";

export const StoreContext = createContext<RoomStore | null>(null);

export function useStore(): RoomStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error("no room around this component");
  return store;
}

export function useView(): RoomView {
  const store = useStore();
  return useSyncExternalStore(store.subscribeDrawing, store.getView);
}

export interface Room {
  store: RoomStore;
  view: RoomView;
  stream: StreamState;
  table: TableState | null;
  standing: Offer | null;
  side: ParticipantSide;
  /** The side one negotiates for, null for a moderator. */
  party: Side | null;
  connected: boolean;
}

/** The table of this room as it is now. */
export function useRoom(): Room {
  const store = useStore();
  const view = useView();
  return useMemo(() => {
    const stream = view.streams[store.config.table] ?? emptyStream(store.config.table, "table");
    const side = stream.side ?? store.config.side;
    const table = knownTable(stream.table);
    return {
      store,
      view,
      stream,
      table,
      standing: table && standingOffer(table),
      side,
      party: side === "moderator" ? null : side,
      connected: view.connection.state === "open",
    };
  }, [store, view]);
}

/** The server's time in milliseconds, ticking every `everyMs`. */
export function useServerNow(everyMs = 1000): number {
  const store = useStore();
  const [now, setNow] = useState(store.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(store.now()), everyMs);
    return () => clearInterval(timer);
  }, [store, everyMs]);
  return now;
}

export interface Format {
  code: string;
  money: (minor: number, currency: string) => string;
  quantity: (quantity: string, unit: string) => string;
  unit: (unit: string) => string;
  rate: (rateBp: number) => string;
  tax: (basis: TaxBasis, rateBp: number) => string;
  /** Said beside a total to pay, which always has the tax in it. */
  taxInTotal: (basis: TaxBasis, rateBp: number) => string;
  time: (at: string) => string;
  /** The time alone today, with the day before it otherwise. */
  moment: (at: string) => string;
  day: (at: string) => string;
  /** The day of a line, `by 3 Dec 2026`. */
  by: (day: string) => string;
  cell: (cell: Cell, currency: string) => string;
}

export function makeFormat(code: string, t: Dictionary): Format {
  const clock = { hour: "2-digit", minute: "2-digit" } as const;
  const time = once(() => new Intl.DateTimeFormat(code, clock));
  const short = once(() => new Intl.DateTimeFormat(code, { day: "numeric", month: "short", ...clock }));
  const day = once(() => new Intl.DateTimeFormat(code, { weekday: "long", day: "numeric", month: "long" }));
  const by = (due: string): string => t.lineBy(dayWords(due, code));
  const percent = once(() => new Intl.NumberFormat(code, { style: "percent", maximumFractionDigits: 2 }));
  const unit = (unitCode: string): string => t.units[unitCode] ?? rareUnit(unitCode);
  const quantity = (amount: string, unitCode: string): string =>
    `${formatQuantity(amount, code)} ${unit(unitCode)}`;
  const rate = (rateBp: number): string => percent().format(rateBp / 10_000);
  const tax = (basis: TaxBasis, rateBp: number): string => {
    if (basis === "none") return t.taxNone;
    return basis === "added" ? t.taxAdded(rate(rateBp)) : t.taxIncluded(rate(rateBp));
  };
  const money = (minor: number, currency: string): string => formatMoney(minor, currency, code);
  const isToday = (at: string): boolean => new Date(at).toDateString() === new Date().toDateString();
  return {
    code,
    money,
    quantity,
    unit,
    rate,
    tax,
    taxInTotal: (basis, rateBp) => (basis === "none" ? t.taxNone : t.taxInTotal(rate(rateBp))),
    time: (at) => time().format(new Date(at)),
    moment: (at) => (isToday(at) ? time() : short()).format(new Date(at)),
    day: (at) => {
      if (isToday(at)) return t.today;
      const yesterday = new Date();
      yesterday.setDate(yesterday.getDate() - 1);
      return new Date(at).toDateString() === yesterday.toDateString()
        ? t.yesterday
        : day().format(new Date(at));
    },
    by,
    cell: (cell, currency) => {
      switch (cell.type) {
        case "money":
          return money(cell.minor, currency);
        case "quantity":
          return quantity(cell.quantity, cell.unit);
        case "line":
          return `${quantity(cell.quantity, cell.unit)} × ${money(cell.minor, currency)}${cell.due ? `, ${by(cell.due)}` : ""}`;
        case "day":
          return dayWords(cell.day, code);
        case "issue":
          return issueWords(cell.name, cell.value, code, t);
        case "tax":
          return tax(cell.basis, cell.rateBp);
      }
    },
  };
}

/** Making one takes as long as drawing a dozen rows: each is made when it is first used, and all rows use the same. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A day of the calendar, wherever the reader is. */
function dayWords(day: string, code: string): string {
  const words = new Intl.DateTimeFormat(code, { dateStyle: "medium", timeZone: "UTC" });
  return words.format(new Date(`${day}T00:00:00Z`));
}

function issueWords(name: string, value: IssueValue, code: string, t: Dictionary): string {
  if (typeof value === "boolean") return value ? t.yes : t.no;
  const ready = readyIn(name, value);
  if (ready === "delivery") return dayWords(String(value), code);
  const usual = ready === "payment" ? USUAL_TERMS.find((one) => one === value) : undefined;
  return usual ? t.offers.usualTerms[usual] : String(value);
}

/** The name of an issue, in the reader's language where the offer's form has it ready. */
export function issueLabel(name: string, t: Dictionary): string {
  const ready = readyName(name);
  return ready ? t.offers.issueNames[ready] : name;
}

type Made = { code: string; rare: ReturnType<typeof rareUnits>; format: Format };
const formats = new WeakMap<Dictionary, Made>();

export function useFormat(): Format {
  const { code, t } = useLanguage();
  const rare = useSyncExternalStore(onRareUnits, rareUnits); // their names come when they are needed
  const known = formats.get(t);
  if (known?.code === code && known.rare === rare) return known.format;
  const format = makeFormat(code, t);
  formats.set(t, { code, rare, format });
  return format;
}

/** The name of a person who speaks in the room. */
export function personName(
  table: TableState | null,
  view: RoomView,
  id: string | null,
  t: Dictionary,
): string {
  if (id === null) return t.system;
  const name = table?.participants.find((person) => person.id === id)?.name;
  return name ?? (id === view.you.id && view.you.name ? view.you.name : t.someone);
}

export function sideOf(table: TableState | null, id: string | null): ParticipantSide | null {
  return table?.participants.find((person) => person.id === id)?.side ?? null;
}

/** Two letters for a face. */
export function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return ((words[0]?.[0] ?? "") + (words.length > 1 ? (words.at(-1)?.[0] ?? "") : "")).toUpperCase() || "?";
}

/** The total of an offer: of its cheapest package, where there are several. */
export function lowestGross(offer: Pick<Offer, "packages">): number {
  return Math.min(...offer.packages.map(({ gross }) => gross));
}

export function packageLetter(index: number): string {
  return String.fromCharCode(65 + index);
}
