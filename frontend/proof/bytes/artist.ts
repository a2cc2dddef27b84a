/** One person who draws freehand on the room's board: the page's own code, an editor without a screen. */
import { BoardSync } from "../../src/board/BoardSync.ts";
import { SketchSender } from "../../src/board/sketch.ts";
import type { BoardElement } from "../../src/protocol/commands.ts";
import { Keep } from "../../src/room/keep.ts";
import { RoomStore } from "../../src/room/store.ts";
import type { Chance } from "../board/chance.ts";
import { Easel } from "../board/easel.ts";
import { configOf, NO_BOX, NO_IMAGES, type Room } from "../board/seat.ts";
import { begun, EVENT_MS, grown, Hand, PAUSE_MS, STROKE_MS, type Tool } from "./hand.ts";
import { type Moments, Tally } from "./tally.ts";

/** A mistake that a client could make, which the proof must find: it sends strokes as wholes. */
export const PLANTS = ["", "whole"] as const;
export type Plant = (typeof PLANTS)[number];

export function planted(plant: Plant): void {
  if (plant !== "whole") return;
  SketchSender.prototype.stroke = (element: BoardElement) => ({ elements: [{ ...element }], stroke: null });
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export class Artist {
  readonly tally: Tally;
  strokes = 0;
  points = 0;
  readonly takenBack: string[] = [];
  readonly #easel = new Easel(false);
  readonly #store: RoomStore;
  readonly #sync: BoardSync;

  constructor(
    readonly tool: Tool,
    place: { url: string; room: Room; token: string },
    moments: Moments,
    private readonly chance: Chance,
  ) {
    const find = (id: string): BoardElement | undefined => this.#easel.find(id);
    this.tally = new Tally(place.room.board, place.token, moments, find);
    this.#store = new RoomStore(configOf(place), new Keep("", "", NO_BOX, NO_BOX), this.tally.connect);
    const onTakenBack = (reason: unknown): void => {
      this.takenBack.push(String((reason as { code?: string } | null)?.code));
    };
    this.#sync = new BoardSync(this.#store, place.room.board, this.#easel.fit, onTakenBack, NO_IMAGES);
  }

  /** Opens the room and its board. */
  async open(board: string): Promise<void> {
    this.#store.start();
    this.#store.openBoard(board);
    while (!this.#store.getView().streams[board]?.ready) await after(20);
    this.#easel.show(this.#sync.scene());
    this.#sync.start(this.#easel);
  }

  /** Draws for so many milliseconds. */
  async draw(ms: number): Promise<void> {
    const { chance } = this;
    const hand = new Hand(this.tool, chance);
    const ends = performance.now() + ms;
    await after(chance.whole(...PAUSE_MS));
    while (performance.now() < ends) {
      await this.#stroke(hand, Math.min(ends, performance.now() + chance.whole(...STROKE_MS)));
      hand.leap();
      await after(chance.whole(...PAUSE_MS));
    }
  }

  /** Waits until all that was drawn is stored. Throws when it is not. */
  async settle(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    await after(500);
    while (this.tally.open.size > 0) {
      if (performance.now() > until) throw new Error("a stroke was not acknowledged");
      await after(50);
    }
  }

  /** The points of the strokes that are on the board here, by id. */
  get board(): Map<string, number> {
    const shown = this.#easel.shown.map((one): [string, number] => [one.id, one.points?.length ?? 0]);
    return new Map(shown);
  }

  stop(): void {
    this.#sync.stop();
    this.#store.stop();
  }

  async #stroke(hand: Hand, until: number): Promise<void> {
    const { chance } = this;
    this.strokes += 1;
    const id = Array.from({ length: 21 }, () => chance.whole(0, 35).toString(36)).join("");
    const index = `a${this.strokes.toString(36).padStart(3, "0")}V`;
    this.#easel.put(begun(id, hand, index, chance));
    this.#easel.grip(id, id);
    this.#sync.changed();
    for (let due = performance.now(); due < until; ) {
      const pause = chance.whole(...EVENT_MS);
      due += pause;
      // A machine that is behind gives the events all the same, as browsers do.
      if (due > performance.now()) await after(due - performance.now());
      hand.move(pause);
      const stroke = this.#easel.find(id);
      if (stroke) this.#easel.change(id, chance, grown(stroke, hand));
      this.#sync.changed();
    }
    this.points += this.#easel.find(id)?.points?.length ?? 0;
    this.#easel.release();
    this.#sync.changed();
    this.#sync.lifted();
  }
}
