/**
 * Looking at the board together: who follows whom, what one shows to followers, where a follower's view goes. Knows the
 * editor only by `Viewport`, so that it can be tested without one. Its signs may be lost: the next beat mends that.
 */
import type { BoardFollow, BoardView } from "../protocol/commands.ts";
import { SIGN_EVERY_MS } from "./BoardSync.ts";

/** How often one says whom one follows, in milliseconds. */
export const BEAT_MS = 5_000;
/** Who has not said it for so long does not follow any more, in milliseconds: three beats. */
export const FOLLOWS_FOR_MS = 15_000;
/** What the server takes, in pixels of the board. */
const COORDINATE_MAX = 1_000_000;
/** How far an editor zooms out and in. */
const ZOOM_MIN = 0.1;
const ZOOM_MAX = 30;

/** A part of the board, in its own coordinates. */
export type Part = Pick<BoardView, "x" | "y" | "width" | "height">;

/** Where an editor's window is on the board: the part of its state that is used. */
export interface Place {
  scrollX: number;
  scrollY: number;
  zoom: { value: number };
}
export interface Framed extends Place {
  /** Of the window, in pixels of the screen. */
  width: number;
  height: number;
}

/** What a window shows of the board; null for what no sign can say. */
export function partOf({ scrollX, scrollY, width, height, zoom }: Framed): Part | null {
  const part = { x: -scrollX, y: -scrollY, width: width / zoom.value, height: height / zoom.value };
  const fits = Object.values(part).every((one) => Math.abs(one) <= COORDINATE_MAX);
  return fits && part.width > 0 && part.height > 0 ? part : null;
}

/** Where a window must be to show all of a part, as large as it can, in its middle. */
export function placeFor({ x, y, width, height }: Part, window: { width: number; height: number }): Place {
  const fitting = Math.min(window.width / width, window.height / height);
  const value = Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, fitting));
  return {
    scrollX: window.width / value / 2 - (x + width / 2),
    scrollY: window.height / value / 2 - (y + height / 2),
    zoom: { value },
  };
}

/** Who follows whom, of all others. */
export class FollowBook {
  #follows = new Map<string, { person: string; until: number }>();

  /** Takes what somebody said; whether it is new. */
  take(by: string, person: string | null, now: number): boolean {
    const before = this.#follows.get(by)?.person ?? null;
    if (person === null) this.#follows.delete(by);
    else this.#follows.set(by, { person, until: now + FOLLOWS_FOR_MS });
    return before !== person;
  }

  /** Forgets who has left. */
  keep(here: readonly string[]): void {
    for (const by of this.#follows.keys()) if (!here.includes(by)) this.#follows.delete(by);
  }

  /** Forgets who was not heard of. */
  settle(now: number): void {
    for (const [by, { until }] of this.#follows) if (until <= now) this.#follows.delete(by);
  }

  followersOf(person: string): string[] {
    return [...this.#follows].flatMap(([by, follow]) => (follow.person === person ? by : []));
  }

  /** Whose view somebody sees who follows `person`: that of the last in the row. Null when it goes in a circle. */
  leader(follower: string, person: string): string | null {
    const met = new Set([follower]);
    let at = person;
    while (!met.has(at)) {
      met.add(at);
      const next = this.#follows.get(at)?.person;
      if (next === undefined) return at;
      at = next;
    }
    return null;
  }
}

/** The part of an editor that is used. */
export interface Viewport {
  framed: () => Framed;
  go: (place: Place) => void;
  /** The person's view is their own again. */
  letGo: () => void;
}

export type Said = Omit<BoardFollow, "stream"> | Omit<BoardView, "stream">;

/** One person's following and being followed. */
export class Follow {
  #book = new FollowBook();
  #person: string | null = null;
  /** Where this window was put last, as the person followed goes. */
  #put: Place | null = null;
  /** Another window of the same person shows them to their followers: their view moved there last. */
  #elsewhere = false;
  #sayTimer: ReturnType<typeof setTimeout> | null = null;
  #beat: ReturnType<typeof setInterval>;
  #followers: readonly string[] = [];

  constructor(
    private readonly you: string,
    private readonly viewport: Viewport,
    private readonly say: (said: Said) => void,
    /** The people who follow this one, whenever these are others. */
    private readonly onFollowers: (people: readonly string[]) => void,
  ) {
    this.#beat = setInterval(() => this.#onBeat(), BEAT_MS);
  }

  /** Lets go of whomever one follows. */
  stop(): void {
    clearInterval(this.#beat);
    if (this.#sayTimer) clearTimeout(this.#sayTimer);
    this.follow(null);
  }

  /** The person follows another one from now on, or nobody. */
  follow(person: string | null): void {
    if (person === this.#person) return;
    this.#person = person;
    this.#put = null;
    this.say({ t: "board.follow", person });
  }

  /** Says it anew: the line was down. */
  again(): void {
    if (this.#person) this.say({ t: "board.follow", person: this.#person });
  }

  /** The window is elsewhere on the board than it was: it was put there, or the person moves by themselves. */
  moved(): void {
    if (this.#person && same(this.viewport.framed(), this.#put)) return;
    if (this.#person) this.viewport.letGo();
    this.follow(null);
    this.#elsewhere = false;
    this.#sayView();
  }

  /** Who is on the board now. */
  present(people: readonly string[]): void {
    this.#book.keep(people);
    this.#settle();
  }

  take(by: string, kind: string, data: Readonly<Record<string, unknown>>): void {
    if (kind === "board.follow") this.#takeFollow(by, data as unknown as BoardFollow);
    else if (kind === "board.view") this.#takeView(by, data as unknown as BoardView);
  }

  #takeFollow(by: string, { person }: Pick<BoardFollow, "person">): void {
    if (by === this.you) return;
    const isNew = this.#book.take(by, person, Date.now());
    this.#settle();
    if (person !== this.you || this.#elsewhere) return;
    this.#sayView();
    // Who begins to follow somebody who follows must know whose view that is.
    if (isNew) this.again();
  }

  #takeView(by: string, part: Part): void {
    if (by === this.you) this.#elsewhere = true;
    else if (this.#person && this.#book.leader(this.you, this.#person) === by) {
      this.#put = placeFor(part, this.viewport.framed());
      this.viewport.go(this.#put);
    }
  }

  #sayView(): void {
    if (this.#followers.length === 0) return;
    this.#sayTimer ??= setTimeout(() => {
      this.#sayTimer = null;
      const part = partOf(this.viewport.framed());
      if (part && this.#followers.length > 0) this.say({ t: "board.view", ...part });
    }, SIGN_EVERY_MS);
  }

  #onBeat(): void {
    this.again();
    this.#settle();
  }

  #settle(): void {
    this.#book.settle(Date.now());
    const followers = this.#book.followersOf(this.you);
    if (followers.join() === this.#followers.join()) return;
    this.#followers = followers;
    this.onFollowers(followers);
  }
}

function same(one: Place, other: Place | null): boolean {
  const { scrollX, scrollY, zoom } = one;
  return scrollX === other?.scrollX && scrollY === other.scrollY && zoom.value === other.zoom.value;
}
