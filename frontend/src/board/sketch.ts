/**
 * What is in motion, for the others to see: a stroke as its new points, anything else as it is now. Pure. Signs may
 * be lost; what is finished comes as an event and replaces what was shown.
 */
import type { BoardElement, BoardSketch, Stroke } from "../protocol/commands.ts";
import { KINDS_NOT_TAKEN, type Stamp, wins } from "./merge.ts";

/** What a sign carries at most; the server has the same bounds. */
const POINTS_MAX = 200;
const ELEMENTS_MAX = 20;
const BYTES_MAX = 15_000;
/**
 * A stroke's look goes along with its first sign, with the third, as the server passes on only the newest of signs that
 * come close together, and with every so many, each 2.4 s, for whoever came later.
 */
const LOOK_AGAIN = 2;
const LOOK_EVERY = 40;
/** How long something is shown in motion after the last sign of it, in milliseconds. */
export const SKETCH_FOR_MS = 15_000;

export type SketchData = Pick<BoardSketch, "elements" | "stroke">;

const rounded = (value: number): number => Math.round(value * 10) / 10;

/** A stroke without its points, and without what says nothing: an editor puts that back. */
function lookOf(element: BoardElement): BoardElement {
  const isNothing = (value: unknown): boolean =>
    value === null || (Array.isArray(value) && value.length === 0);
  const { points: _, pressures: __, ...look } = element;
  return Object.fromEntries(Object.entries(look).filter(([, value]) => !isNothing(value))) as BoardElement;
}

/** Makes signs of what one person has in motion. */
export class SketchSender {
  #stroke = { id: "", sent: 0, signs: 0 };

  /** The next sign of a stroke that grows. */
  stroke(element: BoardElement): SketchData {
    if (this.#stroke.id !== element.id) this.#stroke = { id: element.id, sent: 0, signs: 0 };
    const points = element.points ?? [];
    const start = this.#stroke.sent;
    const end = Math.min(points.length, start + POINTS_MAX);
    const { signs } = this.#stroke;
    const look = signs === LOOK_AGAIN || signs % LOOK_EVERY === 0;
    this.#stroke.sent = end;
    this.#stroke.signs += 1;
    const pressures = (element.pressures ?? []).slice(start, end).map((one) => Math.round(one * 100) / 100);
    // What is empty is left out: the few new points of a sign take no more room than that would.
    return {
      ...(look ? { elements: [lookOf(element)] } : {}),
      stroke: {
        id: element.id,
        start,
        points: points.slice(start, end).map((point) => point.map(rounded)),
        ...(pressures.length > 0 ? { pressures } : {}),
      },
    };
  }

  /** A sign of elements that are moved or written; as many as a sign may carry. */
  elements(elements: readonly BoardElement[]): SketchData {
    const shown: BoardElement[] = [];
    let bytes = 0;
    for (const one of elements) {
      bytes += JSON.stringify(one).length;
      if (shown.length >= ELEMENTS_MAX || bytes > BYTES_MAX) break;
      shown.push(one);
    }
    return { elements: shown, stroke: null };
  }
}

interface Motion {
  elements: Map<string, BoardElement>;
  /** The stroke among them that grows. */
  stroke: string | null;
  until: number;
}

/** What others have in motion. */
export class SketchBook {
  #motions = new Map<string, Motion>();

  /** Takes a sign of a person. */
  take(by: string, data: SketchData, now: number): void {
    const before = this.#motions.get(by);
    const elements = new Map<string, BoardElement>();
    const known = (id: string): BoardElement | undefined => before?.elements.get(id);
    for (const one of data.elements ?? []) {
      if (KINDS_NOT_TAKEN.has(one.type)) continue;
      const isLook = data.stroke?.id === one.id;
      const { points, pressures } = isLook ? (known(one.id) ?? one) : one;
      elements.set(one.id, isLook ? { ...one, points: points ?? [], pressures: pressures ?? [] } : one);
    }
    if (data.stroke) {
      const base = elements.get(data.stroke.id) ?? known(data.stroke.id);
      if (base) elements.set(base.id, grown(base, data.stroke));
    }
    if (elements.size === 0) this.#motions.delete(by);
    else this.#motions.set(by, { elements, stroke: data.stroke?.id ?? null, until: now + SKETCH_FOR_MS });
  }

  /** Forgets what has arrived for good, what is too old, and who is gone. */
  settle(held: ReadonlyMap<string, Stamp>, here: ReadonlySet<string>, now: number): void {
    for (const [by, motion] of this.#motions) {
      for (const [id, one] of motion.elements) {
        if (!wins(one, held.get(id))) motion.elements.delete(id);
      }
      if (motion.elements.size === 0 || motion.until <= now || !here.has(by)) this.#motions.delete(by);
    }
  }

  /** The strokes that grow now: nobody but who draws them has anything to say of them. */
  growing(): ReadonlySet<string> {
    return new Set([...this.#motions.values()].flatMap(({ stroke }) => stroke ?? []));
  }

  /** Everything that is in motion now. */
  elements(): BoardElement[] {
    return [...this.#motions.values()].flatMap(({ elements }) => [...elements.values()]);
  }
}

/** A stroke with the points of a sign; where some were lost, a straight line bridges them. */
function grown(base: BoardElement, stroke: Stroke): BoardElement {
  const points = [...(base.points ?? []).slice(0, stroke.start), ...stroke.points];
  const pressures = [...(base.pressures ?? []).slice(0, stroke.start), ...(stroke.pressures ?? [])];
  // Each step is newer than the one before, and older than the finished stroke that replaces all of them.
  return {
    ...base,
    points,
    pressures: pressures.length === points.length ? pressures : [],
    ...extent(points),
  };
}

function extent(points: readonly number[][]): { width: number; height: number } {
  const span = (axis: 0 | 1): number => {
    const values = points.map((point) => point[axis] ?? 0);
    return values.length > 0 ? Math.max(...values) - Math.min(...values) : 0;
  };
  return { width: span(0), height: span(1) };
}
