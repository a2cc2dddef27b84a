import { describe, expect, it } from "vitest";
import { changedRows, redline } from "./redline.ts";
import { anOffer, aPackage } from "./testing.ts";

const changes = (rows: ReturnType<typeof redline>): string[] =>
  rows.map(({ label, field, change }) => `${label ?? field} ${change}`);

describe("the redline", () => {
  it("marks a price and leaves a quantity that stayed beside it", () => {
    const rows = redline(anOffer(1, "buyer", 9_000), 0, anOffer(2, "seller", 11_000), 0);
    expect(changes(rows)).toEqual(["Pump NB-40 changed", "Delivery same", "gross changed"]);
    expect(rows[0]?.note).toEqual({ type: "quantity", quantity: "10", unit: "C62" });
    expect(changedRows(rows).map(({ field }) => field)).toEqual(["unit_price", "gross"]);
  });

  it("gives a changed quantity a row of its own", () => {
    const more = aPackage(9_000, {
      lines: [{ title: " pump nb-40", quantity: "12", unit: "C62", unit_price: 9_000, total: 108_000 }],
    });
    const rows = redline(anOffer(1, "buyer", 9_000), 0, anOffer(2, "seller", 0, { packages: [more] }), 0);
    expect(rows.filter(({ field }) => field === "quantity")).toMatchObject([
      { was: { quantity: "10" }, now: { quantity: "12" }, change: "changed" },
    ]);
  });

  it("shows what was added and what was dropped", () => {
    const other = aPackage(9_000, {
      lines: [
        { title: "Pump NB-40", quantity: "10", unit: "C62", unit_price: 9_000, total: 90_000 },
        { title: "Spare seals", quantity: "20", unit: "SET", unit_price: 100, total: 2_000 },
      ],
      issues: [{ name: "Warranty months", value: 24 }],
    });
    const rows = redline(anOffer(1, "buyer", 9_000), 0, anOffer(2, "seller", 0, { packages: [other] }), 0);
    expect(changes(rows)).toEqual([
      "Pump NB-40 same",
      "Spare seals added",
      "Warranty months added",
      "Delivery removed",
      "gross same",
    ]);
  });

  it("shows a tax that came with a version, with net and tax amounts", () => {
    const taxed = anOffer(2, "seller", 0, {
      tax_basis: "added",
      tax_rate_bp: 2_100,
      packages: [aPackage(9_000, { tax: 18_900, gross: 108_900 })],
    });
    const fields = redline(anOffer(1, "buyer", 9_000), 0, taxed, 0).map(({ field }) => field);
    expect(fields).toEqual(["unit_price", "issue", "tax", "net", "tax_amount", "gross"]);
  });

  it("has nothing changed without an earlier version", () => {
    const rows = redline(null, 0, anOffer(1, "buyer", 9_000), 0);
    expect(rows.every(({ change }) => change === "same")).toBe(true);
  });
});
