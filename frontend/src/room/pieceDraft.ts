/** Elements of the board in an offer that is being written. Pure. */
import {
  type DraftText,
  emptyIssue,
  emptyLine,
  ISSUES_MAX,
  type IssueText,
  LINES_MAX,
  type LineText,
  type PackageText,
} from "./offerDraft.ts";
import type { Piece } from "./pieces.ts";

export interface Begun {
  draft: DraftText;
  /** The package that has it. */
  at: number;
  /** The input where one goes on; null where the draft has no room for it. */
  focus: string | null;
}

const folded = (text: string): string => text.trim().toLocaleLowerCase();

/**
 * The draft with a line or an issue for the element, in the package `at` unless one of them has it already. A line of
 * the same name that is about no element becomes the one: so does the line that a first offer begins with.
 */
export function withPiece(draft: DraftText, piece: Piece, at: number): Begun {
  const { element } = piece;
  const found = draft.packages.findIndex((one) => partFor(one, element) !== undefined);
  const held = draft.packages[found] && partFor(draft.packages[found], element);
  if (held) return { draft, at: found, focus: inputOf(held) };
  const one = draft.packages[at];
  const next = one && (piece.as === "line" ? withLine(one, piece) : withIssue(one, element));
  if (!next) return { draft, at, focus: null };
  const packages = draft.packages.map((other) => (other === one ? next : other));
  const made = partFor(next, element);
  return { draft: { ...draft, packages }, at, focus: made ? inputOf(made) : null };
}

/** Every element that a draft is about. */
export function elementsOf(draft: DraftText): string[] {
  const parts = draft.packages.flatMap(({ lines, issues }) => [...lines, ...issues]);
  return parts.flatMap(({ element }) => element ?? []);
}

function partFor({ lines, issues }: PackageText, element: string): LineText | IssueText | undefined {
  return lines.find((line) => line.element === element) ?? issues.find((issue) => issue.element === element);
}

/** What is there is priced, or said; what is new is named first. */
function inputOf(part: LineText | IssueText): string {
  if ("title" in part) return part.title ? `${part.id}-price` : `${part.id}-title`;
  return part.name ? `${part.id}-value` : `${part.id}-name`;
}

function withLine(one: PackageText, { element, title }: Piece): PackageText | null {
  const alike = one.lines.find((line) => !line.element && folded(line.title) === folded(title));
  if (alike)
    return { ...one, lines: one.lines.map((line) => (line === alike ? { ...line, element } : line)) };
  if (one.lines.length >= LINES_MAX) return null;
  return { ...one, lines: [...one.lines, { ...emptyLine(), title, element }] };
}

function withIssue(one: PackageText, element: string): PackageText | null {
  if (one.issues.length >= ISSUES_MAX) return null;
  return { ...one, issues: [...one.issues, { ...emptyIssue(), element }] };
}
