/**
 * Between what is offered and the board: which element is to be shown there, for which one an offer is to be written,
 * and the offer that is being written meanwhile. It stays in this page: nothing of a price goes onto the board.
 */
import type { Offer, TableState } from "../protocol/types.ts";
import type { DraftText } from "./offerDraft.ts";
import type { StreamState } from "./roomState.ts";
import { standingOffer } from "./roomState.ts";
import type { OfferEvent } from "./rows.ts";
import { type Ways, ways } from "./ways.ts";

/** An element of the board that a line, or an issue, is to be about. */
export interface Piece {
  as: "line" | "issue";
  element: string;
  /** What a new line is called. */
  title: string;
}

/** An offer that was put aside to look at the board. */
export interface Aside {
  base: Offer | null;
  draft: DraftText;
  /** The package that was written. */
  at: number;
}

export type Wish =
  /** Look at the board; at one of its elements, if it is named. */
  | { to: "board"; element: string | null }
  /** Write an offer; with this element, if it is named. */
  | { to: "offer"; piece: Piece | null }
  /** Look at an offer's card in the talk. */
  | { to: "card"; version: number };

export class Pieces {
  #listeners = new Set<() => void>();
  #wanted: string | null = null;
  #aside: Aside | null = null;

  constructor(private readonly room: { now: Ways | null } = ways) {}

  /** The element that the board has yet to show: it may be loading still. */
  readonly wanted = (): string | null => this.#wanted;

  readonly aside = (): Aside | null => this.#aside;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Leads there; where the card of a version is not held, to its terms. */
  go(wish: Wish): void {
    const { now } = this.room;
    if (!now) return;
    if (wish.to === "board") {
      this.#wanted = wish.element;
      now.onLane("board");
      this.#tell();
    } else if (wish.to === "offer") now.open({ kind: "offer", ...(wish.piece && { piece: wish.piece }) });
    else this.#toCard(now, wish.version);
  }

  #toCard({ store, beside, onLane, onCompare }: Ways, version: number): void {
    const table = store.getView().streams[store.config.table];
    const seq = table && cardOf(table, version);
    if (!table || seq == null) onCompare(version);
    else {
      if (!beside) onLane("table");
      void store.lookback.goTo(table.id, seq);
    }
  }

  /** The board has shown what it was to show, or has said that it is gone. */
  shown(): void {
    this.#wanted = null;
    this.#tell();
  }

  putAside(aside: Aside): void {
    this.#aside = aside;
    this.#tell();
  }

  /** Goes on with what was put aside, if anything was. */
  takeUp(): Aside | null {
    const aside = this.#aside;
    this.#aside = null;
    if (aside) this.#tell();
    return aside;
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Of the room of this page: there is one. */
export const pieces = new Pieces();

/** What an offer says of an element of the board. */
export type Said =
  | { quantity: string; unit: string; minor: number; currency: string; due?: string }
  | { issue: string };

export interface Named {
  offer: Offer;
  /** By element, what is said of it; each thing once, whatever packages say it. */
  elements: ReadonlyMap<string, Said[]>;
}

/** What the offer on the table names of the board, or else what was agreed; null where nothing stands. */
export function namedOf(table: TableState): Named | null {
  const { agreement } = table;
  const standing = standingOffer(table);
  const agreed = agreement && table.offers.find(({ version }) => version === agreement.version);
  const offer = standing ?? agreed;
  if (!offer) return null;
  const packages = standing ? offer.packages : offer.packages.filter((_, at) => at === agreement?.package);
  const elements = new Map<string, Said[]>();
  const say = (element: string | null | undefined, said: Said): void => {
    if (!element) return;
    const all = elements.get(element) ?? [];
    if (all.some((one) => JSON.stringify(one) === JSON.stringify(said))) return;
    elements.set(element, [...all, said]);
  };
  for (const { lines, issues } of packages) {
    for (const { element, quantity, unit, unit_price: minor, due } of lines)
      say(element, { quantity, unit, minor, currency: offer.currency, ...(due ? { due } : {}) });
    for (const { element, name } of issues) say(element, { issue: name });
  }
  return { offer, elements };
}

const PUTS: ReadonlySet<string> = new Set(["offer.proposed", "offer.countered", "offer.superseded"]);

/** The number of the event that put a version on the table, if it is held. */
export function cardOf(stream: StreamState, version: number): number | null {
  const found = stream.events.find(
    (event) => PUTS.has(event.kind) && (event as OfferEvent).body.offer.version === version,
  );
  return found?.seq ?? null;
}
