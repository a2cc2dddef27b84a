import { describe, expect, it } from "vitest";
import { en } from "../i18n/en.ts";
import { es } from "../i18n/es.ts";
import { unitNames as english } from "../i18n/unitNames.en.ts";
import { unitNames as spanish } from "../i18n/unitNames.es.ts";
import { findUnits, type Unit } from "./units.ts";

const named = (names: [string, string][], short: Record<string, string>): Unit[] =>
  names.map(([code, all]) => ({ code, short: short[code] ?? code, names: all }));
const codes = (query: string, units: Unit[]): string[] => findUnits(query, units).map(({ code }) => code);

describe("units", () => {
  const inEnglish = named(english, en.units);
  const inSpanish = named(spanish, es.units);

  it("are found by code, by name and by a word of it, in the reader's language", () => {
    expect(codes("kgm", inEnglish)[0]).toBe("KGM");
    expect(codes("kilog", inEnglish)[0]).toBe("KGM");
    expect(codes("square m", inEnglish)[0]).toBe("MTK");
    expect(codes("metro", inSpanish).slice(0, 2)).toEqual(["MTR", "MTQ"]);
    expect(codes("unit", inEnglish)[0]).toBe("C62");
    expect(codes("cúbico", inSpanish)).toContain("MTQ");
    expect(codes("cubico", inSpanish)).toContain("MTQ");
    expect(codes("pale", inSpanish)[0]).toBe("XPX");
  });

  it("are none for what is no unit, and the usual ones for nothing", () => {
    expect(codes("qqqq", inEnglish)).toEqual([]);
    expect(codes("", inEnglish)[0]).toBe("C62");
  });

  it("are the same in both languages, each with a short form", () => {
    expect(spanish.map(([code]) => code)).toEqual(english.map(([code]) => code));
    for (const [code] of english) expect([en.units[code], es.units[code]]).not.toContain(undefined);
  });
});
