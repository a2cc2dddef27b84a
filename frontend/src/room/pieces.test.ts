import { describe, expect, it, vi } from "vitest";
import { en } from "../i18n/en.ts";
import { es } from "../i18n/es.ts";
import { makeFormat } from "./context.ts";
import { checkDraft, type DraftText, sameTerms, startDraft } from "./offerDraft.ts";
import { elementsOf, withPiece } from "./pieceDraft.ts";
import { cardOf, namedOf, Pieces } from "./pieces.ts";
import { changedRows, redline } from "./redline.ts";
import { emptyStream, emptyTable } from "./roomState.ts";
import type { RoomStore } from "./store.ts";
import { anOffer, aPackage, OPENED, TABLE } from "./testing.ts";
import type { Ways } from "./ways.ts";

const room = { id: TABLE, title: "Pumps", listing: null, currency: "EUR", list_price: 12_000 };
const line = { title: "Door", quantity: "2", unit: "C62", unit_price: 45_000, total: 90_000 };
const priced = { ...line, due: "2031-12-03", element: "door" };
const scratch = { name: "Scratch", value: "seller repairs it", element: "pin" };
const offer = anOffer(3, "seller", 0, { packages: [aPackage(0, { lines: [priced], issues: [scratch] })] });

function linesOf(draft: DraftText) {
  return draft.packages[0]?.lines ?? [];
}

describe("an offer that names the board", () => {
  it("goes into a draft and out of it unchanged", () => {
    const { offer: sent } = checkDraft(startDraft(room, offer, "en"), "EUR", "en");
    expect(sent?.packages[0]).toMatchObject({
      lines: [{ due: "2031-12-03", element: "door" }],
      issues: [{ name: "Scratch", element: "pin" }],
    });
    expect(sent && sameTerms(sent, offer)).toBe(true);
  });

  it.each([
    ["day", (draft: DraftText) => delete linesOf(draft)[0]?.due],
    ["thing", (draft: DraftText) => delete linesOf(draft)[0]?.element],
    ["pin", (draft: DraftText) => delete draft.packages[0]?.issues[0]?.element],
  ])("is another one without its %s", (_, change) => {
    const draft = startDraft(room, offer, "en");
    change(draft);
    const { offer: sent } = checkDraft(draft, "EUR", "en");
    expect(sent && sameTerms(sent, offer)).toBe(false);
  });

  it("says nothing of a day that was emptied, and refuses one that is none", () => {
    const draft = startDraft(room, offer, "en");
    const first = linesOf(draft)[0];
    if (first) first.due = "";
    expect(checkDraft(draft, "EUR", "en").offer?.packages[0]?.lines[0]).not.toHaveProperty("due");
    if (first) first.due = "12031-12-03";
    expect(Object.values(checkDraft(draft, "EUR", "en").problems)).toEqual(["due"]);
  });
});

describe("pricing an element", () => {
  it("adds a line with its words and goes to the price", () => {
    const { draft, focus } = withPiece(
      startDraft(room, offer, "en"),
      { as: "line", element: "frame", title: "Frame" },
      0,
    );
    const made = linesOf(draft)[1];
    expect(made).toMatchObject({ title: "Frame", quantity: "1", price: "", element: "frame" });
    expect(focus).toBe(`${made?.id}-price`);
  });

  it("takes the line that a first offer begins with, when the element is the listing", () => {
    const begun = withPiece(startDraft(room, null, "en"), { as: "line", element: "x", title: room.title }, 0);
    expect(linesOf(begun.draft)).toMatchObject([{ title: "Pumps", price: "120.00", element: "x" }]);
  });

  it("goes to the line that it has, in whichever package", () => {
    const two = { ...offer, packages: [aPackage(5), ...offer.packages] };
    const before = startDraft(room, two, "en");
    const { draft, at, focus } = withPiece(before, { as: "line", element: "door", title: "Other" }, 0);
    expect(draft).toBe(before);
    expect(at).toBe(1);
    expect(focus).toBe(`${draft.packages[1]?.lines[0]?.id}-price`);
  });

  it("makes of a pin an issue whose name is still to be written", () => {
    const { draft, focus } = withPiece(
      startDraft(room, null, "en"),
      { as: "issue", element: "p", title: "" },
      0,
    );
    const made = draft.packages[0]?.issues[0];
    expect(made).toMatchObject({ name: "", element: "p" });
    expect(focus).toBe(`${made?.id}-name`);
    expect(elementsOf(draft)).toEqual(["p"]);
  });
});

describe("what the board shows", () => {
  const table = {
    ...emptyTable(),
    ...OPENED.body,
    offers: [offer],
    negotiation: { status: "open" as const, standing: 3, turn: "buyer" as const },
  };

  it("is what the standing offer says of each element", () => {
    const named = namedOf(table as never);
    expect([...(named?.elements ?? [])]).toEqual([
      ["door", [{ quantity: "2", unit: "C62", minor: 45_000, currency: "EUR", due: "2031-12-03" }]],
      ["pin", [{ issue: "Scratch" }]],
    ]);
  });

  it("is of an agreement the accepted package alone", () => {
    const packages = [
      aPackage(1, { lines: [{ ...priced, element: "other" }], issues: [] }),
      ...offer.packages,
    ];
    const agreed = {
      ...table,
      offers: [{ ...offer, packages, status: "accepted" }],
      negotiation: { status: "agreed", standing: null, turn: null },
      agreement: { version: 3, package: 1 },
    };
    expect([...(namedOf(agreed as never)?.elements.keys() ?? [])]).toEqual(["door", "pin"]);
  });

  it("is said once where all packages say the same", () => {
    const packages = [...offer.packages, { ...aPackage(7), lines: [priced], issues: [] }];
    const named = namedOf({ ...table, offers: [{ ...offer, packages }] } as never);
    expect(named?.elements.get("door")).toHaveLength(1);
  });

  it("is nothing where nothing stands", () => {
    const over = { ...table, negotiation: { status: "open", standing: null, turn: null }, agreement: null };
    expect(namedOf(over as never)).toBeNull();
  });

  it.each([
    ["en", en, "2 pcs × €450.00, by Dec 3, 2031"],
    ["es", es, "2 uds. × 450,00 €, para el 3 dic 2031"],
  ] as const)("is said in %s with quantity, price and day", (code, t, said) => {
    const { cell } = makeFormat(code, t);
    const words = cell({ type: "line", quantity: "2", unit: "C62", minor: 45_000, due: "2031-12-03" }, "EUR");
    expect(words.replaceAll("\u00a0", " ")).toBe(said);
  });
});

describe("the redline", () => {
  const before = anOffer(2, "seller", 0, { packages: [aPackage(0, { lines: [line], issues: [] })] });

  it("shows a new day, another one, and one that is gone, as rows of their own", () => {
    const other = { ...offer, packages: [aPackage(0, { lines: [{ ...priced, due: "2031-12-04" }] })] };
    const rows = [redline(before, 0, offer, 0), redline(offer, 0, other, 0), redline(offer, 0, before, 0)];
    expect(rows.map((all) => all.find(({ field }) => field === "due"))).toMatchObject([
      { was: null, now: { day: "2031-12-03" }, change: "added" },
      { was: { day: "2031-12-03" }, now: { day: "2031-12-04" }, change: "changed" },
      { was: { day: "2031-12-03" }, now: null, change: "removed" },
    ]);
  });

  it("says the day that stayed beside the line", () => {
    expect(redline(offer, 0, offer, 0)[0]).toMatchObject({
      due: "2031-12-03",
      element: "door",
      bound: false,
    });
  });

  it("keeps on the card a line that names something else, though its price stayed", () => {
    const moved = {
      ...offer,
      packages: [aPackage(0, { lines: [{ ...priced, element: "frame" }], issues: [scratch] })],
    };
    const kept = changedRows(redline(offer, 0, moved, 0));
    expect(kept.map(({ field, element }) => [field, element])).toEqual([
      ["unit_price", "frame"],
      ["gross", undefined],
    ]);
  });
});

describe("the way between room and board", () => {
  const put = { seq: 7, kind: "offer.proposed", by: null, at: "", hash: "", body: { offer } };
  const stream = { ...emptyStream(TABLE, "table"), events: [OPENED, put as never] };
  const goTo = vi.fn();
  const view = { streams: { [TABLE]: stream } };
  const store = { config: { table: TABLE }, getView: () => view, lookback: { goTo } } as unknown as RoomStore;
  const nowhere = (): void => undefined;
  const way: Ways = { store, beside: false, onLane: nowhere, open: nowhere, onCompare: nowhere };

  it("keeps what the board has yet to show until it has shown it", () => {
    const led = vi.fn();
    const pieces = new Pieces({ now: { ...way, onLane: led } });
    pieces.go({ to: "board", element: "door" });
    expect(pieces.wanted()).toBe("door");
    pieces.shown();
    expect(pieces.wanted()).toBeNull();
    expect(led.mock.calls).toEqual([["board"]]);
  });

  it("leads to the card, to the terms where it is not held, and to the form", () => {
    const [onLane, onCompare, open] = [vi.fn(), vi.fn(), vi.fn()];
    const now = { ...way, onLane, onCompare, open };
    const pieces = new Pieces({ now });
    pieces.go({ to: "card", version: 3 });
    pieces.go({ to: "card", version: 2 });
    expect(goTo.mock.calls).toEqual([[TABLE, 7]]);
    expect(onLane.mock.calls).toEqual([["table"]]);
    expect(onCompare.mock.calls).toEqual([[2]]);
    now.beside = true;
    pieces.go({ to: "card", version: 3 });
    expect(onLane).toHaveBeenCalledTimes(1);
    const piece = { as: "line" as const, element: "door", title: "Door" };
    pieces.go({ to: "offer", piece });
    expect(open.mock.calls).toEqual([[{ kind: "offer", piece }]]);
  });

  it("gives an offer that was put aside back once", () => {
    const pieces = new Pieces();
    const aside = { base: null, draft: startDraft(room, null, "en"), at: 0 };
    let told = 0;
    pieces.subscribe(() => {
      told += 1;
    });
    pieces.putAside(aside);
    expect(pieces.takeUp()).toBe(aside);
    expect(pieces.takeUp()).toBeNull();
    expect(told).toBe(2);
  });

  it("finds the card of a version among the events that are held", () => {
    expect(cardOf(stream, 3)).toBe(7);
    expect(cardOf(stream, 2)).toBeNull();
  });
});
