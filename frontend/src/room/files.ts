/** What is said of a file: its size, its kind, where it is. */
import type { Dictionary } from "../i18n/index.ts";
import type { Attachment } from "../protocol/types.ts";

const KILO = 1_000;

/** As people read it: whole kilobytes, at least one; megabytes with one decimal. */
export function fileSize(bytes: number, code: string): string {
  const large = bytes >= KILO * KILO;
  const value = large ? bytes / (KILO * KILO) : Math.max(1, bytes / KILO);
  return new Intl.NumberFormat(code, {
    style: "unit",
    unit: large ? "megabyte" : "kilobyte",
    maximumFractionDigits: large ? 1 : 0,
  }).format(value);
}

export function fileKind({ type }: Attachment, t: Dictionary): string {
  return t.message.files.kinds[type] ?? t.message.files.otherKind;
}

/** A picture has a size in pixels, and a small one beside it. */
export function isPicture(file: Attachment): file is Attachment & { width: number; height: number } {
  return file.width !== undefined && file.height !== undefined;
}

/** The words of a message, or the names of its files where it has none. */
export function wordsOrFiles(text: string, files: Attachment[] | undefined): string {
  return text || (files ?? []).map(({ name }) => name).join(", ");
}
