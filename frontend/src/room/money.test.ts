import { describe, expect, it } from "vitest";
import {
  formatChange,
  formatMoney,
  inputText,
  majorText,
  parseMinor,
  parseQuantity,
  plainDecimal,
  previewTotals,
} from "./money.ts";

describe("a number as people type it", () => {
  it.each([
    ["1234.5", "en", "1234.5"],
    ["1,234.50", "en", "1234.50"],
    ["1.234,50", "en", "1234.50"],
    ["1,234", "en", "1234"],
    ["12,5", "en", "12.5"],
    ["1.234", "es", "1234"],
    ["1.234", "en", "1.234"],
    ["12.5", "es", "12.5"],
    ["1.234.567,8", "es", "1234567.8"],
    ["1 234,50", "es", "1234.50"],
    ["0007", "en", "7"],
    [",5", "es", "0.5"],
    ["5.", "en", "5"],
  ])("%s in %s is %s", (text, language, plain) => {
    expect(plainDecimal(text, language)).toBe(plain);
  });

  it.each(["", "abc", "1.2.3", "1,23,4.5", "-3", "1e5", "€5", "1,2,3"])("%s is none", (text) => {
    expect(plainDecimal(text, "en")).toBeNull();
  });
});

describe("a price", () => {
  it("becomes minor units by the currency's decimals", () => {
    expect(parseMinor("122.50", "EUR", "en")).toEqual({ ok: true, value: 12_250 });
    expect(parseMinor("1,5", "KWD", "es")).toEqual({ ok: true, value: 1_500 });
    expect(parseMinor("1500", "JPY", "en")).toEqual({ ok: true, value: 1_500 });
  });

  it("keeps every cent of the largest amount", () => {
    expect(parseMinor("90071992547409.91", "EUR", "en")).toEqual({ ok: true, value: 9_007_199_254_740_991 });
    expect(parseMinor("90071992547409.92", "EUR", "en")).toEqual({ ok: false, why: "large" });
  });

  it("is refused with the reason", () => {
    expect(parseMinor(" ", "EUR", "en")).toEqual({ ok: false, why: "empty" });
    expect(parseMinor("0.00", "EUR", "en")).toEqual({ ok: false, why: "zero" });
    expect(parseMinor("1.005", "EUR", "en")).toEqual({ ok: false, why: "decimals" });
    expect(parseMinor("1.5", "JPY", "en")).toEqual({ ok: false, why: "decimals" });
    expect(parseMinor("much", "EUR", "en")).toEqual({ ok: false, why: "number" });
  });

  it("is printed without passing through a float", () => {
    expect(majorText(9_007_199_254_740_991, "EUR")).toBe("90071992547409.91");
    expect(majorText(-5, "EUR")).toBe("-0.05");
    expect(majorText(7, "JPY")).toBe("7");
    expect(formatMoney(9_007_199_254_740_991, "EUR", "en")).toBe("€90,071,992,547,409.91");
    expect(formatMoney(123_450, "EUR", "es").replace(/\s/g, " ")).toBe("1.234,50 €");
    expect(inputText(123_450, "EUR", "es")).toBe("1234,50");
  });

  it("comes back as it went into an input", () => {
    for (const language of ["en", "es"])
      for (const minor of [1, 99, 100, 12_345, 1_234_567])
        for (const currency of ["EUR", "JPY", "KWD"])
          expect(parseMinor(inputText(minor, currency, language), currency, language)).toEqual({
            ok: true,
            value: minor,
          });
  });
});

describe("a quantity", () => {
  it("is plain decimal text without needless zeros", () => {
    expect(parseQuantity("2.500", "en")).toEqual({ ok: true, value: "2.5" });
    expect(parseQuantity("1,000", "en")).toEqual({ ok: true, value: "1000" });
    expect(parseQuantity("0,000001", "es")).toEqual({ ok: true, value: "0.000001" });
  });

  it("is above zero with at most six decimals", () => {
    expect(parseQuantity("0", "en")).toEqual({ ok: false, why: "zero" });
    expect(parseQuantity("0.0000001", "en")).toEqual({ ok: false, why: "decimals" });
  });
});

describe("the preview of totals", () => {
  it("rounds each line half up, then the tax", () => {
    expect(previewTotals([{ quantity: "0.5", unit_price: 101 }], "none", 0)).toEqual({
      lines: [51],
      net: 51,
      tax: 0,
      gross: 51,
    });
    expect(previewTotals([{ quantity: "10", unit_price: 1_000 }], "added", 2_100)).toMatchObject({
      net: 10_000,
      tax: 2_100,
      gross: 12_100,
    });
    expect(previewTotals([{ quantity: "10", unit_price: 1_210 }], "included", 2_100)).toMatchObject({
      net: 10_000,
      tax: 2_100,
      gross: 12_100,
    });
  });

  it("is none where the server would refuse the sum", () => {
    expect(previewTotals([{ quantity: "2", unit_price: Number.MAX_SAFE_INTEGER }], "none", 0)).toBeNull();
  });
});

it("a change is told in per cent with its sign", () => {
  expect(formatChange(64_000, 61_250, "en")).toBe("-4.3%");
  expect(formatChange(100, 100, "en")).toBeNull();
});
