/** An editor without a screen, and the hand that works on it: what people do on a board, at random. */
import type { BoardSync, Editor, Hand } from "../../src/board/BoardSync.ts";
import type { BoardElement } from "../../src/protocol/commands.ts";
import type { Chance } from "./chance.ts";

/** What an editor knows of an element; one of an older release has never heard of the rest. */
export const KNOWN: ReadonlySet<string> = new Set([
  ...["id", "type", "version", "versionNonce", "isDeleted", "x", "y", "index", "width", "height", "angle"],
  ...["points", "pressures", "text", "strokeColor"],
]);
export const KNOWN_TYPES: ReadonlySet<string> = new Set(["rectangle", "text", "freedraw"]);
/** A kind and properties of a release that is yet to come. */
export const STRANGE_TYPE = "hologram";
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const WORDS = ["¿Sí?", "12 March", "Σ", "𝄞 & <b>", "日本"];
const IDLE: Hand = { busy: false, stroke: null, ids: new Set() };

/** What all clients of a run share: a number for each new element, and what was never meant to stay. */
export class Ledger {
  made = 0;
  changes = 0;
  lastChangeAt = 0;
  readonly givenUp = new Set<string>();
  readonly deleted = new Set<string>();
  /** Elements with something in them that an older editor does not know. */
  readonly noted = new Set<string>();

  id(): string {
    this.made += 1;
    return `e${this.made}`;
  }

  change(): void {
    this.changes += 1;
    this.lastChangeAt = performance.now();
  }
}

/** How two elements lie, written down here once more: the editor's own order must not be the product's mistake. */
export function below(one: BoardElement, other: BoardElement): number {
  const key = ({ index, id }: BoardElement): string => `${index ? `0${index}` : "1"} ${id}`;
  return key(one) < key(other) ? -1 : 1;
}

/** Element and editor as far as an editor of an older release knows them. */
export function known(element: BoardElement): BoardElement {
  return Object.fromEntries(Object.entries(element).filter(([name]) => KNOWN.has(name))) as BoardElement;
}

export class Easel implements Editor {
  #scene: BoardElement[] = [];
  #hand: Hand = IDLE;
  /** What lies deleted because of this person: undo brings it back. */
  readonly undoable = new Set<string>();

  constructor(
    /** An older release: drops what it does not know, as Excalidraw does. */
    readonly older: boolean,
  ) {}

  readonly scene = (): readonly BoardElement[] => this.#scene;
  readonly hand = (): Hand => this.#hand;
  readonly show = (scene: readonly BoardElement[]): void => {
    this.#scene = [...scene];
  };
  /** Makes what came fit for this editor, always as a copy: it changes its elements in place. */
  readonly fit = (element: BoardElement): BoardElement | null => {
    if (!this.older) return structuredClone(element);
    return KNOWN_TYPES.has(element.type) ? known(structuredClone(element)) : null;
  };

  get shown(): BoardElement[] {
    return this.#scene.filter(({ isDeleted }) => !isDeleted);
  }

  find(id: string): BoardElement | undefined {
    return this.#scene.find((one) => one.id === id);
  }

  grip(stroke: string | null, ...ids: string[]): void {
    this.#hand = { busy: true, stroke, ids: new Set(ids) };
  }

  release(): void {
    this.#hand = IDLE;
  }

  put(element: BoardElement): void {
    this.#scene = [...this.#scene, element].sort(below);
  }

  /** Changes an element in place, as editors do, with a new stamp. */
  change(id: string, chance: Chance, patch: Partial<BoardElement>): void {
    const one = this.find(id);
    if (!one) return;
    Object.assign(one, patch, { version: one.version + 1, versionNonce: nonce(chance) });
    if ("index" in patch) this.#scene = [...this.#scene].sort(below);
  }

  remove(id: string): void {
    this.#scene = this.#scene.filter((one) => one.id !== id);
  }
}

const nonce = (chance: Chance): number => chance.whole(0, 2 ** 31 - 1);
const place = (chance: Chance): number => Math.round(chance.next() * 20_000) / 10 - 1_000;

function height(chance: Chance): string | null {
  if (chance.of(0.04)) return null;
  // Few of them, so that some are equal.
  return `a${DIGITS[chance.whole(0, 61)]}${chance.of(0.5) ? DIGITS[chance.whole(0, 61)] : ""}`;
}

/** What a person does, each as often as its number says. */
const ACTS = { add: 26, move: 20, drag: 14, resize: 8, remove: 10, restore: 6, reorder: 14, stroke: 8 };
const RARE = {
  paste: 0.03,
  page: 0.02,
  spoiled: 0.02,
  tint: 0.12,
  givesUp: 0.2,
  keys: 0.4,
  endless: 0.01,
};
/** Points of a stroke that is longer than a board takes. */
const ENDLESS_POINTS = 2_300;
const PASTED = 30;
/** How long a gesture takes, in steps of so many milliseconds. */
const STEPS = [2, 8] as const;
const STEP_MS = 35;

/** One person's hand on one editor. */
export class Artist {
  constructor(
    private readonly easel: Easel,
    private readonly sync: BoardSync,
    private readonly chance: Chance,
    private readonly ledger: Ledger,
  ) {}

  /** Does something, unless in the middle of something. */
  act(): void {
    if (this.easel.hand().busy) return;
    const act = this.chance.weighed(ACTS);
    const one = this.chance.one(this.easel.shown)?.id;
    if (act === "stroke") this.#stroke();
    else if (act === "add" || !one) this.#add();
    else if (act === "drag") this.#drag(one);
    else if (act === "restore") this.#restore();
    else this.#alter(act, one);
  }

  /** Changes one element at once, whoever else does. */
  hit(id: string): void {
    if (this.easel.hand().busy || this.easel.find(id)?.isDeleted !== false) return;
    this.easel.change(id, this.chance, { x: place(this.chance) });
    this.#done();
  }

  /** Puts down what is in hand. */
  rest(): void {
    this.easel.release();
    this.#done();
  }

  #element(type: string, more: Partial<BoardElement> = {}): BoardElement {
    const { chance } = this;
    const at = {
      x: place(chance),
      y: place(chance),
      width: chance.whole(1, 400),
      height: chance.whole(1, 300),
    };
    const one = { id: this.ledger.id(), type, version: chance.whole(1, 3), versionNonce: nonce(chance) };
    return { ...one, isDeleted: false, ...at, index: height(chance), strokeColor: "#1e1e1e", ...more };
  }

  #add(): void {
    const { chance, easel } = this;
    if (chance.of(RARE.page)) easel.put(this.#element("embeddable"));
    const count = chance.of(RARE.paste) ? PASTED : 1;
    for (let made = 0; made < count; made += 1) {
      const type = chance.weighed({ rectangle: 5, text: 3, [STRANGE_TYPE]: easel.older ? 0 : 2 });
      const one = this.#element(type, type === "text" ? { text: chance.one(WORDS) ?? "" } : {});
      if (!easel.older && chance.of(0.5)) {
        Object.assign(one, { note: one.id, depth: { z: [chance.next(), null] } });
        this.ledger.noted.add(one.id);
      }
      easel.put(one);
    }
    this.#done();
  }

  #alter(act: "move" | "resize" | "remove" | "reorder", id: string): void {
    const { chance, easel } = this;
    if (act === "remove") {
      this.ledger.deleted.add(id);
      easel.undoable.add(id);
    }
    const patches = {
      move: { x: place(chance), y: place(chance) },
      resize: { width: chance.whole(1, 400), height: chance.whole(1, 300) },
      remove: { isDeleted: true },
      reorder: { index: height(chance) },
    };
    easel.change(id, chance, patches[act]);
    if (act === "move" && !easel.older && chance.of(RARE.tint))
      easel.change(id, chance, { tint: chance.next() });
    // The server says no to it: this person gets back what was there.
    if (act === "resize" && chance.of(RARE.spoiled)) easel.change(id, chance, { x: 9e9 });
    this.#done();
  }

  #restore(): void {
    const mine = [...this.easel.undoable].filter((id) => this.easel.find(id)?.isDeleted);
    const id = this.chance.one(mine);
    if (!id) return;
    this.easel.change(id, this.chance, { isDeleted: false });
    this.#done();
  }

  #drag(id: string): void {
    this.easel.grip(null, id);
    this.#gesture(() => {
      const one = this.easel.find(id);
      if (one) this.easel.change(id, this.chance, { x: one.x + 1.25, y: one.y - 0.5 });
    });
  }

  #stroke(): void {
    const { chance, easel } = this;
    const many = chance.of(RARE.endless) ? ENDLESS_POINTS : 6;
    const one = this.#element("freedraw", { points: [[0, 0]], pressures: [0.5] });
    const leaves = chance.of(RARE.givesUp);
    if (leaves) this.ledger.givenUp.add(one.id);
    easel.put(one);
    easel.grip(one.id, one.id);
    const grow = (): void => {
      const held = easel.find(one.id);
      const more = Array.from({ length: many }, (_, at) => [at + chance.next(), chance.next() * 9]);
      const points = [...(held?.points ?? []), ...more];
      easel.change(one.id, chance, { points, pressures: points.map(() => 0.5) });
    };
    this.#gesture(grow, () => {
      if (leaves) easel.remove(one.id);
    });
  }

  /** Steps with the pointer down, then up. */
  #gesture(step: () => void, end?: () => void): void {
    let left = this.chance.whole(...STEPS);
    const on = (): void => {
      // Somebody else has ended it: the run is over.
      if (!this.easel.hand().busy) return;
      if (left > 0) {
        step();
        this.sync.changed();
        setTimeout(on, STEP_MS);
      } else {
        end?.();
        this.easel.release();
        this.#done();
      }
      left -= 1;
    };
    on();
  }

  #done(): void {
    this.ledger.change();
    this.sync.changed();
    // By keys nothing goes up: the change is sent after a pause.
    if (!this.chance.of(RARE.keys)) this.sync.lifted();
  }
}
