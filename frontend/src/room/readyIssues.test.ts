import { describe, expect, it } from "vitest";
import { checkDraft, type DraftText, emptyLine, freshId } from "./offerDraft.ts";
import { incotermText, parseIncoterm, readyIn, tidied } from "./readyIssues.ts";

const draft = (name: string, value: string): DraftText => ({
  packages: [
    {
      id: freshId(),
      lines: [{ ...emptyLine(), title: "Pump", price: "10" }],
      issues: [{ id: "one", name, value, kind: "text" }],
    },
  ],
  taxBasis: "none",
  taxRate: "",
  expiresS: 3600,
});

describe("the issues that the form has ready", () => {
  it("are known by their names in either language, where their values fit", () => {
    expect(readyIn("Delivery date", "2027-03-12")).toBe("delivery");
    expect(readyIn("fecha de entrega", "2027-03-12")).toBe("delivery");
    expect(readyIn("Delivery date", "within a week")).toBeNull();
    expect(readyIn("Delivery date", "2027-02-31")).toBeNull();
    expect(readyIn("Incoterm", "FOB Shanghai")).toBe("incoterm");
    expect(readyIn("Incoterm", "FOB")).toBe("incoterm");
    expect(readyIn("Incoterm", "XYZ Shanghai")).toBeNull();
    expect(readyIn("Condiciones de pago", "a convenir")).toBe("payment");
    expect(readyIn("Payment terms", 30)).toBeNull();
    expect(readyIn("Penalización por retraso", "0,5 % per day, at most 5 %")).toBe("penalty");
    expect(readyIn("Warranty", "2027-03-12")).toBeNull();
  });

  it("read back what was written, blanks between words included", () => {
    for (const place of ["Rotterdam", "New ", "38 Cours Albert (Paris)", ""])
      expect(parseIncoterm(incotermText("FCA", place))).toEqual({ code: "FCA", place });
    expect(tidied("incoterm", incotermText("FCA", " New   York "))).toBe("FCA New York (Incoterms 2020)");
  });

  it("ask for the place of an Incoterm, and send a date and a place as they are", () => {
    const incomplete = checkDraft(draft("Incoterm", incotermText("DAP", " ")), "EUR", "en");
    expect(incomplete.problems).toEqual({ "issue one value": "place" });
    const whole = checkDraft(draft("Incoterm", incotermText("DAP", "Cádiz ")), "EUR", "en");
    expect(whole.offer?.packages[0]?.issues).toEqual([
      { name: "Incoterm", value: "DAP Cádiz (Incoterms 2020)" },
    ]);
    const dated = checkDraft(draft("Delivery date", "2027-03-12"), "EUR", "es");
    expect(dated.offer?.packages[0]?.issues[0]?.value).toBe("2027-03-12");
  });
});
