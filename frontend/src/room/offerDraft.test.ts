import { describe, expect, it } from "vitest";
import {
  checkDraft,
  copyPackage,
  type DraftText,
  emptyIssue,
  emptyLine,
  parseRate,
  sameTerms,
  startDraft,
} from "./offerDraft.ts";
import { anOffer, aPackage, TABLE } from "./testing.ts";
import { offerCommand } from "./useOfferEditor.ts";

const room = { id: TABLE, title: "Pumps", listing: null, currency: "EUR", list_price: 12_000 };
const base = anOffer(3, "seller", 12_250, {
  tax_basis: "added",
  tax_rate_bp: 2_100,
  packages: [
    aPackage(12_250, {
      issues: [
        { name: "Delivery", value: "12 March" },
        { name: "Warranty months", value: 24 },
        { name: "Spare seals", value: true },
      ],
    }),
  ],
});

describe("a draft", () => {
  it("of a first offer starts from the listing", () => {
    const draft = startDraft(room, null, "en");
    expect(draft.packages[0]?.lines).toMatchObject([{ title: "Pumps", quantity: "1", price: "120.00" }]);
    expect(checkDraft(draft, "EUR", "en").offer?.packages[0]?.lines[0]?.unit_price).toBe(12_000);
  });

  it.each(["en", "es"])(
    "of a first answer to a request has in %s what was asked for, without prices",
    (language) => {
      const lines = [
        { title: "Cable", quantity: "2.5", unit: "MTR" },
        { title: "Start-up", quantity: "2", unit: "DAY" },
      ];
      const asked = { title: "Pumps", text: "", lines, currency: "EUR", needed_by: null, answers_until: "" };
      const draft = startDraft(room, null, language, asked);
      for (const line of draft.packages[0]?.lines ?? []) line.price = "1";
      expect(checkDraft(draft, "EUR", language).offer?.packages[0]?.lines).toMatchObject(
        lines.map((line) => ({ ...line, unit_price: 100 })),
      );
    },
  );

  it.each(["en", "es"])(
    "of a counter says in %s exactly what it answers, until something changes",
    (language) => {
      const draft = startDraft(room, base, language);
      const { offer } = checkDraft(draft, "EUR", language);
      expect(offer && sameTerms(offer, base)).toBe(true);
      const cheaper: DraftText = structuredClone(draft);
      const line = cheaper.packages[0]?.lines[0];
      if (line) line.price = language === "es" ? "121,00" : "121.00";
      const changed = checkDraft(cheaper, "EUR", language).offer;
      expect(changed && sameTerms(changed, base)).toBe(false);
    },
  );

  it("keeps numbers and yes-or-no terms what they are", () => {
    const { offer } = checkDraft(startDraft(room, base, "en"), "EUR", "en");
    expect(offer?.packages[0]?.issues.map(({ value }) => value)).toEqual(["12 March", 24, true]);
  });

  it("says what is wrong at its place and is not sent", () => {
    const draft = startDraft(room, null, "en");
    const first = draft.packages[0];
    if (!first) throw new Error("no package");
    first.lines = [{ ...emptyLine(), id: "l", title: " ", quantity: "0", price: "1.005" }];
    first.issues = [
      { ...emptyIssue("Delivery"), id: "a", value: "soon" },
      { ...emptyIssue("delivery "), id: "b" },
    ];
    draft.taxBasis = "included";
    const { problems, offer } = checkDraft(draft, "EUR", "en");
    expect(offer).toBeNull();
    expect(problems).toEqual({
      "line l title": "title",
      "line l quantity": "quantity",
      "line l price": "priceDecimals",
      "issue b name": "issueTwice",
      "issue b value": "issueValue",
      rate: "rate",
    });
  });

  it("refuses two packages that are the same", () => {
    const draft = startDraft(room, base, "en");
    const [first] = draft.packages;
    if (first) draft.packages.push(copyPackage(first));
    expect(Object.values(checkDraft(draft, "EUR", "en").problems)).toEqual(["packagesSame"]);
  });

  it("previews the sums of every package", () => {
    expect(checkDraft(startDraft(room, base, "en"), "EUR", "en").totals).toMatchObject([
      { net: 122_500, tax: 25_725, gross: 148_225 },
    ]);
  });
});

it("a tax rate is read in per cent with at most two decimals", () => {
  expect(parseRate("21", "en")).toBe(2_100);
  expect(parseRate("5,5 %", "es")).toBe(550);
  expect(parseRate("0", "en")).toBeNull();
  expect(parseRate("101", "en")).toBeNull();
  expect(parseRate("1.234", "en")).toBeNull();
});

it("the command follows from who made the standing offer", () => {
  const { offer } = checkDraft(startDraft(room, base, "en"), "EUR", "en");
  if (!offer) throw new Error("no offer");
  expect(offerCommand(TABLE, null, "buyer", offer).t).toBe("offer.propose");
  expect(offerCommand(TABLE, base, "buyer", offer)).toMatchObject({ t: "offer.counter", answers: 3 });
  expect(offerCommand(TABLE, base, "seller", offer)).toMatchObject({ t: "offer.supersede", replaces: 3 });
});
