/** How a hand draws: strokes of 1 to 6 s with pauses between them, a pointer event every 8 to 16 ms. */
import type { BoardElement } from "../../src/protocol/commands.ts";
import type { Chance } from "../board/chance.ts";

/** Milliseconds between two events of a pointer, of one stroke, and between two strokes. */
export const EVENT_MS = [8, 16] as const;
export const STROKE_MS = [1_000, 6_000] as const;
export const PAUSE_MS = [250, 1_200] as const;

/** What somebody draws with, and how their board is scrolled: that decides how many digits a point has. */
export interface Tool {
  name: string;
  zoom: number;
  scroll: readonly [number, number];
  /** A pen says where it is in parts of a pixel, and how hard it is pressed. */
  pen: boolean;
}

export const TOOLS: readonly Tool[] = [
  { name: "mouse", zoom: 1, scroll: [0, 0], pen: false },
  { name: "mouse, zoomed out", zoom: 0.8, scroll: [133.2109375, -41.62890625], pen: false },
  { name: "pen", zoom: 1, scroll: [-212.34765625, 88.5], pen: true },
];

/** A pointer on the screen that turns and speeds up as a hand does. */
export class Hand {
  #x: number;
  #y: number;
  #heading: number;
  #turn = 0;
  #pressure = 0.3;

  constructor(
    readonly tool: Tool,
    private readonly chance: Chance,
  ) {
    this.#x = chance.whole(200, 900);
    this.#y = chance.whole(150, 700);
    this.#heading = chance.next() * 2 * Math.PI;
  }

  /** Moves on for so many milliseconds; some 400 pixels a second. */
  move(ms: number): void {
    const { chance } = this;
    this.#turn = this.#turn * 0.9 + (chance.next() - 0.5) * 0.25;
    this.#heading += this.#turn;
    const far = (0.15 + chance.next() * 0.5) * ms;
    this.#x += Math.cos(this.#heading) * far;
    this.#y += Math.sin(this.#heading) * far;
    this.#pressure = Math.min(0.95, Math.max(0.05, this.#pressure + (chance.next() - 0.48) * 0.06));
  }

  /** Lifts the pointer and puts it down elsewhere. */
  leap(): void {
    this.#x = this.chance.whole(200, 900);
    this.#y = this.chance.whole(150, 700);
    this.#pressure = 0.2;
  }

  /** Where on the board the pointer is, as the editor reckons it. */
  get at(): [number, number] {
    const { zoom, scroll, pen } = this.tool;
    const [x, y] = pen ? [this.#x, this.#y] : [Math.round(this.#x), Math.round(this.#y)];
    return [x / zoom - scroll[0], y / zoom - scroll[1]];
  }

  get pressure(): number {
    return this.#pressure;
  }
}

/** A stroke that is begun here, as Excalidraw 0.18 has it. */
export function begun(id: string, hand: Hand, index: string, chance: Chance): BoardElement {
  const [x, y] = hand.at;
  return {
    ...{ id, type: "freedraw", x, y, width: 0, height: 0, angle: 0, strokeColor: "#1e1e1e" },
    ...{ backgroundColor: "transparent", fillStyle: "solid", strokeWidth: 2, strokeStyle: "solid" },
    ...{ roughness: 1, opacity: 100, groupIds: [], frameId: null, index, roundness: null },
    ...{ seed: chance.whole(1, 2 ** 31 - 1), version: 2, versionNonce: chance.whole(1, 2 ** 31 - 1) },
    ...{ isDeleted: false, boundElements: null, updated: Date.now(), link: null, locked: false },
    ...{ points: [[0, 0]], pressures: hand.tool.pen ? [hand.pressure] : [] },
    ...{ simulatePressure: !hand.tool.pen, lastCommittedPoint: null },
  } as BoardElement;
}

/** The stroke with the point where the hand is now. */
export function grown(stroke: BoardElement, hand: Hand): Partial<BoardElement> {
  const [x, y] = hand.at;
  const points = [...(stroke.points ?? []), [x - stroke.x, y - stroke.y]];
  const span = (axis: 0 | 1): number => {
    const values = points.map((point) => point[axis] ?? 0);
    return Math.max(...values) - Math.min(...values);
  };
  const pressures = hand.tool.pen ? [...(stroke.pressures ?? []), hand.pressure] : [];
  return { points, pressures, width: span(0), height: span(1) };
}
