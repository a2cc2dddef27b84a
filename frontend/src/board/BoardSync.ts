/**
 * Joins an editor to the board's stream: sends what was finished, shows what others have in motion, takes over what
 * the server has. Knows the editor only by `Editor`, so that it can be tested without one.
 */
import type { BoardElement } from "../protocol/commands.ts";
import { Refused } from "../protocol/socket.ts";
import type { RoomStore, Sign } from "../room/store.ts";
import { type Images, imageOf } from "./images.ts";
import {
  type BoardState,
  commandsOf,
  compose,
  type Gone,
  type Held,
  KINDS_NOT_TAKEN,
  type Stamp,
  same,
  samePoints,
  sizeOf,
  thinned,
  toSend,
  trimmed,
  wins,
  withUnknown,
} from "./merge.ts";
import { SketchBook, type SketchData, SketchSender } from "./sketch.ts";

/** What the person does at this moment. */
export interface Hand {
  /** A pointer is down, or something is only begun: nothing of it is finished. */
  busy: boolean;
  /** The stroke that grows. */
  stroke: string | null;
  /** Elements that nobody may take out of their hand. */
  ids: ReadonlySet<string>;
}

/** The part of an editor that is used. It may change its elements in place. */
export interface Editor {
  scene: () => readonly BoardElement[];
  hand: () => Hand;
  show: (scene: readonly BoardElement[]) => void;
}

/** A copy of what came from elsewhere, fit to be shown; null when this editor cannot. */
export type Fit = (element: BoardElement) => BoardElement | null;

/** Why something was taken back: a refusal; null for a kind of element that no board takes. */
export type OnTakenBack = (reason: unknown) => void;

/** Changes are sent when the person has paused this long, in milliseconds; at once when a pointer goes up. */
const IDLE_MS = 300;
/** Signs go out at most this often, in milliseconds: a little slower than the server passes them on. */
export const SIGN_EVERY_MS = 60;
/** How often it is looked for motions that have ended without an end, in milliseconds. */
const LOOK_EVERY_MS = 5_000;

/** As the server says it of an element that it cannot take. */
const TOO_LARGE = new Refused({
  code: "frame.malformed",
  message: "An element is too large for a board.",
  temporary: false,
});

/**
 * A board that is shown behind this one, faint and out of reach. Nothing of it is ever sent to this one's stream, and
 * nothing of this one to the backdrop's.
 */
export interface Backdrop {
  stream: string;
  images: Pick<Images, "want">;
}

type Timer = ReturnType<typeof setTimeout>;

export class BoardSync {
  #editor: Editor | null = null;
  /** Sent, and not yet seen in the stream. */
  #underWay = new Map<string, Stamp>();
  /** Shown only because others have it in motion. */
  #moving: ReadonlyMap<string, Stamp> = new Map();
  /** Strokes of others that grew when it was looked last. */
  #growing: ReadonlySet<string> = new Set();
  /** What of the board was taken over already. */
  #taken = new Map<string, Held>();
  /** The newest content of each that was seen here, as it came: what this editor does not know of it is in there. */
  #whole = new Map<string, BoardElement>();
  /** What this editor cannot show. */
  #unfit = new Set<string>();
  #board: BoardState | null = null;
  #behind: BoardState | null = null;
  #book = new SketchBook();
  #sender = new SketchSender();
  #sketching = false;
  #sketchTimer: Timer | null = null;
  #idleTimer: Timer | null = null;
  #stops: (() => void)[] = [];

  constructor(
    private readonly store: RoomStore,
    private readonly stream: string,
    private readonly fit: Fit,
    private readonly onTakenBack: OnTakenBack,
    private readonly images: Images,
    private readonly backdrop: Backdrop | null = null,
  ) {}

  /** The board as the server has it, fit to be shown, lowest first: what an editor begins with. */
  scene(): BoardElement[] {
    const held = this.#held.filter((one): one is BoardElement => "type" in one);
    for (const one of held) this.#take(one);
    return compose({ ...NOTHING, held: held.flatMap((one) => this.#fitted(one)) }).scene;
  }

  /** Begins with an editor that shows `scene()`. */
  start(editor: Editor): void {
    this.#editor = editor;
    const look = setInterval(() => this.#takeOver(), LOOK_EVERY_MS);
    this.#stops = [
      this.store.subscribe(() => this.#onStore()),
      this.store.onSign((sign) => this.#onSign(sign)),
      () => clearInterval(look),
    ];
    this.#onStore();
  }

  /** Sends what is left and lets go. */
  stop(): void {
    this.flush();
    this.#endSketch();
    for (const stop of this.#stops) stop();
    this.#editor = null;
  }

  /** The editor's scene may have changed. */
  changed(): void {
    const editor = this.#editor;
    if (!editor || !this.#mayDraw) return;
    const fresh = this.#fresh(editor);
    const { busy } = editor.hand();
    if (fresh.length > 0) this.#flushLater();
    if (fresh.length > 0 && busy) this.#sketch();
    else if (!busy) this.#endSketch();
  }

  /** A pointer went up: what it did is finished, unless more is to come. */
  lifted(): void {
    setTimeout(() => {
      if (this.#editor?.hand().busy === false) this.flush();
    }, 0);
  }

  /** Sends all that is new. */
  flush(): void {
    const editor = this.#editor;
    if (this.#idleTimer) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
    if (!editor || !this.#mayDraw) return;
    const fresh = this.#fresh(editor);
    const strange = fresh.filter(({ type }) => KINDS_NOT_TAKEN.has(type));
    if (strange.length > 0) this.#takeBack(strange, null);
    const known = fresh.filter(({ type }) => !KINDS_NOT_TAKEN.has(type));
    for (const one of known) if (this.#waits(one)) this.#putUp(one);
    this.#sendAll(known.filter((one) => !this.#waits(one)));
  }

  #sendAll(fresh: readonly BoardElement[]): void {
    const { limits } = this.store.boardOf(this.stream);
    const finished = fresh.map((one) => thinned(trimmed(withUnknown(one, this.#wholeOf(one.id))), limits));
    // A frame that is too large ends the connection: the server never gets to say no to it.
    const large = finished.filter((one) => sizeOf(one) > limits.element_bytes);
    if (large.length > 0) this.#takeBack(large, TOO_LARGE);
    const fine = finished.filter((one) => !large.includes(one));
    this.#showAsSent(fine);
    for (const command of commandsOf(fine, limits)) this.#send(command);
  }

  #take(one: Held): void {
    this.#taken.set(one.id, one);
    if ("type" in one) this.#whole.set(one.id, one);
  }

  /** All that is known of an element: of what is deleted, a snapshot says no more than that. */
  #wholeOf(id: string): BoardElement | undefined {
    const held = this.store.boardOf(this.stream).elements.get(id);
    if (held && "type" in held) return held;
    return this.#whole.get(id) ?? this.#book.elements().find((one) => one.id === id);
  }

  /** What is sent with more or less in it than this editor has is shown like that here too: all see the same. */
  #showAsSent(finished: readonly BoardElement[]): void {
    const editor = this.#editor;
    if (!editor) return;
    const sent = new Map(finished.map((one) => [one.id, one]));
    const { ids } = editor.hand();
    const scene = editor.scene().map((own) => {
      const other = ids.has(own.id) ? undefined : sent.get(own.id);
      const [shown] = other ? this.#fitted(other) : [];
      const more = shown && Object.keys(shown).some((name) => !(name in own));
      return shown && (more || !samePoints(shown, own)) ? shown : own;
    });
    if (scene.some((one, at) => one !== editor.scene()[at])) editor.show(scene);
  }

  /** An element whose picture the server does not have yet is not shown to others before it is there. */
  #waits(one: BoardElement): boolean {
    const name = imageOf(one);
    return name !== null && !this.images.has(name);
  }

  #putUp(element: BoardElement): void {
    const one = { ...element };
    this.images.putUp(imageOf(one) as string).then(
      // The board may have been closed meanwhile: what was put on it is on it.
      () => (this.#editor ? this.flush() : this.#sendAll([one])),
      (reason: unknown) => this.#takeBack([one], reason),
    );
  }

  get #held(): Held[] {
    return [...this.#behindHeld(), ...this.store.boardOf(this.stream).elements.values()];
  }

  /** What lies behind, but for what is on this board under the same id. */
  #behindHeld(): Held[] {
    if (!this.backdrop) return [];
    return [...this.store.boardOf(this.backdrop.stream).elements.values()].filter(({ id }) =>
      this.#isBehind(id),
    );
  }

  #isBehind(id: string): boolean {
    if (!this.backdrop || !this.store.boardOf(this.backdrop.stream).elements.has(id)) return false;
    const own = this.store.boardOf(this.stream).elements.get(id);
    return !own || !("type" in own) || own.isDeleted;
  }

  get #mayDraw(): boolean {
    return this.store.mayDraw(this.stream);
  }

  #fitted(one: BoardElement): BoardElement[] {
    const fit = KINDS_NOT_TAKEN.has(one.type) ? null : this.fit(one);
    if (!fit) this.#unfit.add(one.id);
    return fit ? [this.#isBehind(one.id) ? faint(fit) : fit] : [];
  }

  /** What of the scene the server does not have, and was not asked to take. */
  #fresh(editor: Editor): BoardElement[] {
    const known = new Map<string, Stamp>(this.#moving);
    for (const [id, stamp] of this.#underWay) if (wins(stamp, known.get(id))) known.set(id, stamp);
    const own = editor.scene().filter(({ id }) => !this.#isBehind(id) && !this.#growing.has(id));
    return toSend(own, this.store.boardOf(this.stream).elements, known);
  }

  #flushLater(): void {
    if (this.#idleTimer) clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      // What is in hand is not finished, however long the person thinks.
      if (this.#editor?.hand().busy) this.#flushLater();
      else this.flush();
    }, IDLE_MS);
  }

  #send(elements: BoardElement[]): void {
    for (const { id, version, versionNonce } of elements) this.#underWay.set(id, { version, versionNonce });
    this.store.command({ t: "board.draw", stream: this.stream, elements }).catch((reason: unknown) => {
      for (const one of elements) if (same(one, this.#underWay.get(one.id))) this.#underWay.delete(one.id);
      this.#takeBack(elements, reason instanceof Refused ? reason : null);
    });
  }

  /** What was refused goes back to what the server has. */
  #takeBack(elements: readonly BoardElement[], reason: unknown): void {
    this.onTakenBack(reason);
    const refused = new Map(elements.map((one) => [one.id, { ...one }]));
    const { elements: held } = this.store.boardOf(this.stream);
    const scene = this.#editor?.scene().flatMap((one) => {
      if (!same(one, refused.get(one.id))) return [one];
      const before = held.get(one.id);
      return before && "type" in before ? this.#fitted(before) : [];
    });
    if (scene) this.#editor?.show(scene);
  }

  #onStore(): void {
    const board = this.store.boardOf(this.stream);
    const behind = this.backdrop && this.store.boardOf(this.backdrop.stream);
    if (board === this.#board && behind === this.#behind) return;
    this.#board = board;
    this.#behind = behind;
    for (const [id, stamp] of this.#underWay) {
      if (!wins(stamp, board.elements.get(id))) this.#underWay.delete(id);
    }
    this.#takeOver();
  }

  #onSign({ stream, kind, by, data }: Sign): void {
    if (stream !== this.stream || kind !== "board.sketch" || !data) return;
    this.#book.take(by, data as SketchData, Date.now());
    this.#takeOver();
  }

  /** Shows what is new on the board and what others have in motion. */
  #takeOver(): void {
    const editor = this.#editor;
    if (!editor) return;
    const board = this.store.boardOf(this.stream);
    const { ids } = editor.hand();
    this.#book.settle(board.elements, new Set(this.store.getView().present[this.stream]), Date.now());
    const shown = new Set(editor.scene().map(({ id }) => id));
    // What an editor has lost altogether comes back: only what is deleted may be missing.
    const lost = (id: string): boolean => !shown.has(id) && !this.#unfit.has(id);
    const news = this.#held.filter(
      (one) =>
        !ids.has(one.id) &&
        (this.#taken.get(one.id) !== one || this.#moving.has(one.id) || ("type" in one && lost(one.id))),
    );
    for (const one of news) this.#take(one);
    // Whatever an editor has done to its copy of what lies behind, such as binding an arrow to it, or of what another
    // is drawing, such as giving it another place among new elements, is not kept.
    const growing = this.#book.growing();
    const anew = new Set([...this.#growing, ...growing].filter((id) => !ids.has(id)));
    for (const { id } of news) if (this.#isBehind(id)) anew.add(id);
    this.#growing = growing;
    const local = editor.scene().filter(({ id }) => !anew.has(id));
    const { scene, moving } = compose({
      local,
      held: news.flatMap((one) => ("type" in one ? this.#fitted(one) : [])),
      gone: news.filter((one): one is Gone => !("type" in one)),
      moving: this.#book.elements().flatMap((one) => this.#fitted(one)),
      shownMoving: this.#moving,
      inHand: ids,
    });
    this.#moving = moving;
    this.images.want(imagesOf(board.elements.values()));
    this.backdrop?.images.want(imagesOf(this.#behindHeld()));
    const before = editor.scene();
    if (scene.length !== before.length || scene.some((one, at) => one !== before[at])) editor.show(scene);
  }

  #sketch(): void {
    this.#sketching = true;
    this.#sketchTimer ??= setTimeout(() => {
      this.#sketchTimer = null;
      if (!this.#editor || !this.#sketching) return;
      const fresh = this.#fresh(this.#editor);
      const { stroke } = this.#editor.hand();
      const growing = fresh.find(({ id }) => id === stroke);
      if (growing) this.#sign(this.#sender.stroke(growing));
      else if (fresh.length > 0) this.#sign(this.#sender.elements(fresh));
    }, SIGN_EVERY_MS);
  }

  #endSketch(): void {
    if (!this.#sketching) return;
    this.#sketching = false;
    if (this.#sketchTimer) clearTimeout(this.#sketchTimer);
    this.#sketchTimer = null;
    // What was finished replaces what was shown; what was given up must be taken away.
    if (this.#underWay.size === 0) this.#sign({ elements: [], stroke: null });
  }

  #sign(data: SketchData): void {
    this.store.sign({ t: "board.sketch", stream: this.stream, ...data });
  }
}

const imagesOf = (held: Iterable<Held>): string[] =>
  [...held].flatMap((one) => ("type" in one ? (imageOf(one) ?? []) : []));

/** How much of its ink an element of the backdrop keeps. */
const FAINT = 0.45;

function faint(element: BoardElement): BoardElement {
  const opacity = typeof element.opacity === "number" ? element.opacity : 100;
  return { ...element, locked: true, opacity: Math.round(opacity * FAINT) } as BoardElement;
}

const NOTHING = {
  local: [] as BoardElement[],
  moving: [] as BoardElement[],
  gone: [] as Gone[],
  shownMoving: new Map<string, Stamp>(),
  inHand: new Set<string>(),
};
