/** What is selected on a board, as an offer names it. Pure. */

/** The part of an element of the editor that is looked at. */
export interface Drawn {
  id: string;
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  angle?: number;
  isDeleted?: boolean;
  groupIds?: readonly string[];
  containerId?: string | null;
  text?: string;
  originalText?: string;
  name?: string | null;
  customData?: Record<string, unknown>;
}

/** One thing: a single element, or a single group. */
export interface Picked<E extends Drawn = Drawn> {
  /** By which an offer names it. */
  element: E;
  /** Everything that is part of it. */
  ids: readonly string[];
  kind: "thing" | "image" | "pin";
  /** What is written on it. */
  title: string;
}

/** As much as the title of a line, in characters. */
const TITLE_CHARS_MAX = 200;

/** The one thing that is selected; null for nothing, and for several. */
export function pickedOf<E extends Drawn>(
  elements: readonly E[],
  selected: readonly string[],
): Picked<E> | null {
  const there = new Map(elements.flatMap((one) => (one.isDeleted ? [] : [[one.id, one] as const])));
  // What is written on a thing is part of it, whether or not it is selected with it.
  const chosen = new Set(
    selected.flatMap((id) => there.get(there.get(id)?.containerId ?? id) ?? there.get(id) ?? []),
  );
  const [first, ...others] = chosen;
  if (!first) return null;
  const group = first.groupIds?.findLast((id) => others.every(({ groupIds }) => groupIds?.includes(id)));
  if (others.length > 0 && group === undefined) return null;
  const ids = new Set([...chosen].map(({ id }) => id));
  const written = elements.filter(
    ({ id, containerId, isDeleted }) => !isDeleted && (ids.has(id) || (containerId && ids.has(containerId))),
  );
  const title = written
    .map(({ text, originalText, name }) => originalText ?? text ?? name ?? "")
    .join(" ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, TITLE_CHARS_MAX);
  const element = others.reduce((one, other) => (area(other) > area(one) ? other : one), first);
  const alone = others.length === 0;
  const kind = alone && pinNumber(element) ? "pin" : alone && element.type === "image" ? "image" : "thing";
  return { element, ids: [...ids], kind, title };
}

/** A piece of text is large, too, and is rarely what is priced. */
const area = ({ type, width, height }: Drawn): number =>
  type === "text" ? 0 : Math.abs(width) * Math.abs(height);

/** The number of a pin; null for everything else. */
export function pinNumber({ type, customData }: Drawn): number | null {
  const number = customData?.pin;
  return type === "ellipse" && typeof number === "number" && Number.isInteger(number) && number > 0
    ? number
    : null;
}
