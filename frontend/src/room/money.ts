/** Amounts are whole minor units. Text is parsed and printed without a float in between. */

const EXPONENTS: Record<string, number> = {};
for (const code of "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" "))
  EXPONENTS[code] = 0;
for (const code of "BHD IQD JOD KWD LYD OMR TND".split(" ")) EXPONENTS[code] = 3;

export const AMOUNT_MINOR_MAX = Number.MAX_SAFE_INTEGER;
export const QUANTITY_DECIMALS_MAX = 6;

/** Decimals of a currency by ISO 4217 (the browser's own table differs for some). */
export function exponent(currency: string): number {
  return EXPONENTS[currency] ?? 2;
}

/** The decimal mark of a language. */
function decimalMark(language: string): string {
  return (
    new Intl.NumberFormat(language).formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? "."
  );
}

/**
 * Reads a number as people type it in `language` and gives plain digits with a point ("1234.5"), or null.
 * Both marks together: the last is the decimal one. One alone is the decimal mark, unless it is not the
 * language's own and stands where thousands are parted.
 */
export function plainDecimal(text: string, language: string): string | null {
  const compact = text.trim().replace(/[\s\u00a0\u202f'’]/g, "");
  if (!/^\d[\d.,]*$|^[.,]\d+$/.test(compact)) return null;
  const own = decimalMark(language);
  const last = Math.max(compact.lastIndexOf("."), compact.lastIndexOf(","));
  if (last === -1) return compact.replace(/^0+(?=\d)/, "");
  const mark = compact[last] ?? "";
  const other = mark === "." ? "," : ".";
  const marks = compact.split(mark).length - 1;
  const groups = new RegExp(`^\\d{1,3}(\\${mark}\\d{3})+$`);
  const isDecimal = compact.includes(other)
    ? marks === 1
    : marks === 1 && (mark === own || !groups.test(compact));
  if (!isDecimal) {
    const thousands = compact.includes(other) ? null : groups.test(compact);
    return thousands
      ? compact
          .split(mark)
          .join("")
          .replace(/^0+(?=\d)/, "")
      : null;
  }
  const whole = compact.slice(0, last);
  if (whole.includes(other) && !new RegExp(`^\\d{1,3}(\\${other}\\d{3})+$`).test(whole)) return null;
  const digits =
    whole
      .split(other)
      .join("")
      .replace(/^0+(?=\d)/, "") || "0";
  const fraction = compact.slice(last + 1);
  return fraction ? `${digits}.${fraction}` : digits;
}

export type Parsed<T> =
  | { ok: true; value: T }
  | { ok: false; why: "empty" | "number" | "zero" | "decimals" | "large" };

/** A price typed in major units, as minor units above zero. */
export function parseMinor(text: string, currency: string, language: string): Parsed<number> {
  if (text.trim() === "") return { ok: false, why: "empty" };
  const plain = plainDecimal(text, language);
  if (plain === null) return { ok: false, why: "number" };
  const places = exponent(currency);
  const [whole = "0", fraction = ""] = plain.split(".");
  if (fraction.replace(/0+$/, "").length > places) return { ok: false, why: "decimals" };
  const minor = BigInt(whole + fraction.slice(0, places).padEnd(places, "0"));
  if (minor <= 0n) return { ok: false, why: "zero" };
  if (minor > BigInt(AMOUNT_MINOR_MAX)) return { ok: false, why: "large" };
  return { ok: true, value: Number(minor) };
}

/** A quantity as the protocol wants it: decimal text above zero with at most six decimals. */
export function parseQuantity(text: string, language: string): Parsed<string> {
  if (text.trim() === "") return { ok: false, why: "empty" };
  const plain = plainDecimal(text, language);
  if (plain === null) return { ok: false, why: "number" };
  const [whole = "0", fraction = ""] = plain.split(".");
  const kept = fraction.replace(/0+$/, "");
  if (kept.length > QUANTITY_DECIMALS_MAX) return { ok: false, why: "decimals" };
  if (whole.length > 12) return { ok: false, why: "large" };
  if (BigInt(whole + kept) === 0n) return { ok: false, why: "zero" };
  return { ok: true, value: kept ? `${whole}.${kept}` : whole };
}

/** Minor units as plain major text with a point: "1234.50". */
export function majorText(minor: number, currency: string): string {
  const places = exponent(currency);
  const negative = minor < 0;
  const digits = BigInt(Math.abs(minor))
    .toString()
    .padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const fraction = places ? `.${digits.slice(-places)}` : "";
  return `${negative ? "-" : ""}${whole}${fraction}`;
}

/** What stands in an input: major text with the language's decimal mark and no thousands marks. */
export function inputText(minor: number, currency: string, language: string): string {
  return majorText(minor, currency).replace(".", decimalMark(language));
}

const formats = new Map<string, Intl.NumberFormat>();

function moneyFormat(currency: string, language: string, signed: boolean): Intl.NumberFormat {
  const key = `${currency} ${language} ${signed}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, {
      style: "currency",
      currency,
      minimumFractionDigits: exponent(currency),
      maximumFractionDigits: exponent(currency),
      ...(signed ? { signDisplay: "exceptZero" as const } : {}),
      ...({ useGrouping: "always" } as object),
    });
    formats.set(key, format);
  }
  return format;
}

/** An amount for people: "€61,250.00", "61.250,00 €". */
export function formatMoney(minor: number, currency: string, language: string, signed = false): string {
  // A decimal in text is formatted exactly; a number would pass through a float.
  return moneyFormat(currency, language, signed).format(majorText(minor, currency) as `${number}`);
}

export function formatQuantity(quantity: string, language: string): string {
  let format = formats.get(language);
  if (!format) {
    format = new Intl.NumberFormat(language, { maximumFractionDigits: QUANTITY_DECIMALS_MAX });
    formats.set(language, format);
  }
  return format.format(quantity as `${number}`);
}

/** Difference of two amounts in per cent of the first, one decimal: "−4.3 %". Null when there is none to show. */
export function formatChange(before: number, after: number, language: string): string | null {
  if (before === 0 || before === after) return null;
  return new Intl.NumberFormat(language, {
    style: "percent",
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  }).format((after - before) / before);
}

function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (numerator * 2n + denominator) / (denominator * 2n);
}

export interface Totals {
  lines: number[];
  net: number;
  tax: number;
  gross: number;
}

/** A preview of what the server will compute; the server's figures are the ones that count. */
export function previewTotals(
  lines: readonly { quantity: string; unit_price: number }[],
  basis: "none" | "added" | "included",
  rateBp: number,
): Totals | null {
  const totals = lines.map(({ quantity, unit_price }) => {
    const [whole = "0", fraction = ""] = quantity.split(".");
    return roundHalfUp(BigInt(whole + fraction) * BigInt(unit_price), 10n ** BigInt(fraction.length));
  });
  const sum = totals.reduce((all, one) => all + one, 0n);
  const rate = BigInt(rateBp);
  let net = sum;
  let gross = sum;
  if (basis === "added") gross = sum + roundHalfUp(sum * rate, 10_000n);
  if (basis === "included") net = roundHalfUp(sum * 10_000n, 10_000n + rate);
  if (gross > BigInt(AMOUNT_MINOR_MAX)) return null;
  return { lines: totals.map(Number), net: Number(net), tax: Number(gross - net), gross: Number(gross) };
}
