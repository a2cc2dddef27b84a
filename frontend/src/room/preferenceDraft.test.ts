import { describe, expect, it } from "vitest";
import { checkWants, emptyWant, startWants, type WantText } from "./preferenceDraft.ts";
import { anOffer, aPackage, TABLE } from "./testing.ts";

const ROOM = { id: TABLE, title: "Pumps", listing: null, currency: "EUR", list_price: 12_000 };
const row = (patch: Partial<WantText>): WantText => ({ ...emptyWant("total"), ...patch });
const check = (rows: WantText[], side: "buyer" | "seller" = "seller", alternative = "") =>
  checkWants({ rows, alternative, notes: "" }, side, "EUR", "en");

describe("what a side wants, as it is written", () => {
  it("begins with the price and every issue on the table, and leaves out what stays empty", () => {
    const issues = [
      { name: "Warranty months", value: 24 },
      { name: "Training", value: true },
      { name: "Ready", value: "2026-03-12" },
      { name: "Delivery", value: "12 March" },
    ];
    const { rows } = startWants(
      null,
      anOffer(1, "buyer", 100, { packages: [aPackage(100, { issues })] }),
      ROOM,
      "en",
    );
    expect(rows.map(({ kind }) => kind)).toEqual(["total", "number", "yesno", "date", "choice"]);
    expect(check(rows)).toEqual({ problems: {}, issues: [], alternative: null });
  });

  it("comes back as it was recorded", () => {
    const issues = [
      { kind: "total" as const, name: null, reservation: 5_600_050, target: 6_100_000, weight: 60 },
      { kind: "quantity" as const, name: "Pump", reservation: "1.5", target: "2", weight: 5 },
      { kind: "choice" as const, name: "Training", reservation: false, target: true, weight: 2 },
    ];
    for (const language of ["en", "es"]) {
      const draft = startWants({ revision: 3, issues, alternative: 4100, notes: "x" }, null, ROOM, language);
      expect(checkWants(draft, "seller", "EUR", language)).toEqual({
        problems: {},
        issues,
        alternative: 4100,
      });
    }
  });

  it("names what cannot be", () => {
    const problemOf = (patch: Partial<WantText>, side: "buyer" | "seller" = "seller") =>
      Object.values(check([row(patch)], side).problems)[0];
    expect(problemOf({ reservation: "100", target: "90" })).toBe("higher");
    expect(problemOf({ reservation: "90", target: "100" }, "buyer")).toBe("lower");
    expect(problemOf({ reservation: "90", target: "90.00" })).toBe("same");
    expect(problemOf({ reservation: "90", target: "" })).toBe("value");
    expect(problemOf({ reservation: "90", target: "100", weight: "0" })).toBe("weight");
    expect(problemOf({ kind: "number", name: " ", reservation: "1", target: "2" })).toBe("name");
    const twice = row({ kind: "number", name: "Term", reservation: "1", target: "2" });
    expect(check([twice, { ...twice, id: "again", name: " TERM" }]).problems).toEqual({ again: "twice" });
    expect(check([], "seller", "101").problems).toEqual({ alternative: "points" });
  });
});
