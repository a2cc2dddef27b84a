/**
 * The issues that the offer's form has ready: delivery date, Incoterm, payment terms, penalty. They are issues like any other, so
 * nothing of the protocol knows of them. Their names, and the usual payment terms, are stored in English whatever
 * language they are written in, and shown in the reader's. `orders/wording.py` has the same names. Pure.
 */
import type { IssueValue } from "../protocol/types.ts";

export type Ready = "delivery" | "incoterm" | "payment" | "penalty";

export const READY: readonly Ready[] = ["delivery", "incoterm", "payment", "penalty"];

const STORED: Record<Ready, string> = {
  delivery: "Delivery date",
  incoterm: "Incoterm",
  payment: "Payment terms",
  penalty: "Late delivery penalty",
};

/** What else people and programs have called them, in either language. */
const KNOWN: Record<Ready, readonly string[]> = {
  delivery: ["delivery date", "fecha de entrega"],
  incoterm: ["incoterm", "incoterms"],
  payment: ["payment terms", "condiciones de pago"],
  penalty: ["late delivery penalty", "penalización por retraso"],
};

/** The eleven of Incoterms 2020: first those for any way of transport, then those for sea and inland waterway. */
export const INCOTERMS = [
  "EXW",
  "FCA",
  "CPT",
  "CIP",
  "DAP",
  "DPU",
  "DDP",
  "FAS",
  "FOB",
  "CFR",
  "CIF",
] as const;
export type IncotermCode = (typeof INCOTERMS)[number];

export const USUAL_TERMS = [
  "Payment in advance",
  "Payment on delivery",
  "14 days net",
  "30 days net",
  "60 days net",
  "2 % discount within 10 days, 30 days net",
  "50 % in advance, 50 % on delivery",
  "Documentary credit",
] as const;

/** Which of them an issue is by its name, whatever its value. */
export function readyName(name: string): Ready | null {
  const plain = name.trim().toLocaleLowerCase();
  return READY.find((one) => KNOWN[one].includes(plain)) ?? null;
}

/** The same, where its value fits the form's field: a delivery "within a week" stays an issue like any other. */
export function readyIn(name: string, value: IssueValue): Ready | null {
  const ready = readyName(name);
  if (ready === null || typeof value !== "string") return null;
  if (ready === "delivery") return isDay(value) ? ready : null;
  if (ready === "incoterm") return parseIncoterm(value) ? ready : null;
  return ready;
}

/** The name under which it is stored. */
export function storedName(ready: Ready): string {
  return STORED[ready];
}

const INCOTERM = new RegExp(`^(${INCOTERMS.join("|")})(?: (.*?))?(?: \\(Incoterms 2020\\))?$`, "s");

/** The term and its named place, with the blanks as typed; null for what is none. */
export function parseIncoterm(value: string): { code: IncotermCode; place: string } | null {
  const found = INCOTERM.exec(value);
  return found ? { code: found[1] as IncotermCode, place: found[2] ?? "" } : null;
}

/** As it is stored: "FCA Rotterdam (Incoterms 2020)". */
export function incotermText(code: IncotermCode, place: string): string {
  return `${code} ${place} (Incoterms 2020)`;
}

/** The value as it is sent: a place without the blanks that typing leaves. */
export function tidied(ready: Ready | null, value: string): string {
  const term = ready === "incoterm" ? parseIncoterm(value) : null;
  return term ? incotermText(term.code, term.place.trim().replace(/\s+/g, " ")) : value.trim();
}

/** Whether what the form needs is there: an Incoterm says nothing without its place. */
export function isComplete(ready: Ready | null, value: string): boolean {
  const term = ready === "incoterm" ? parseIncoterm(value) : null;
  return term ? term.place.trim() !== "" : value.trim() !== "";
}

export function isDay(value: string): boolean {
  if (!/^[12]\d{3}-\d{2}-\d{2}$/.test(value)) return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}
