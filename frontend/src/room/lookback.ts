/**
 * Going to a place in the log that is not held. What is near is loaded up to it; what is far is looked at through a
 * window of its own, whose pages are asked for as one scrolls, until it meets what is held. A window is bounded: what
 * leaves it at one end, as pages come in at the other, is asked for again when one scrolls back.
 */
import type { RoomEvent } from "../protocol/types.ts";
import { applyHistory, keepNewest, type StreamState } from "./roomState.ts";
import { isAboutMessage } from "./said.ts";
import type { RoomStore } from "./store.ts";

/** Part of a log, apart from what is held of it. */
export interface Window {
  /** Without gaps, oldest first. */
  events: RoomEvent[];
  /** What became of messages, as far as it is known and in neither part; oldest first. */
  more: RoomEvent[];
}

/** Where somebody wants to be. */
export interface Look {
  stream: string;
  /** Null: where they are, having scrolled there. */
  seq: number | null;
  window: Window | null;
  /** Whether the entry is selected there, or only shown. */
  select: boolean;
  /** Which wish this is, as pages that come later belong to the same. */
  wish: number;
}

/** As many events in front of what is held are loaded up to a place. */
const NEAR = 300;
const PAGE = 100;
/** Events of a window, at most: many screens of them, and few enough to be drawn at once. */
export const WINDOW_MAX = 700;
/** When so many are held, whoever scrolls on goes by a window; and what is held by then, beside it. */
export const HELD_MAX = 1_000;
const HELD_BESIDE = 100;
/** To how many the held ones are cut back once somebody is at the newest again. */
const HELD_AT_END = 400;

export class Lookback {
  #look: Look | null = null;
  #loading = false;
  #wanted = 0;
  #jumps = 0;
  #listeners = new Set<() => void>();

  constructor(readonly store: RoomStore) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): Look | null => this.#look;

  /** How often one went from one part of a log to another that does not join it: what is drawn begins anew. */
  get jumps(): number {
    return this.#jumps;
  }

  /** Goes to an event, with its correction of that number. Nothing happens where there is none. */
  async goTo(stream: string, seq: number, latest: number | null = null): Promise<void> {
    this.#wanted += 1;
    const wanted = this.#wanted;
    await this.#ready(stream);
    let held = this.#held(stream);
    while (held.first > seq && held.first - seq <= NEAR) {
      await this.store.loadOlder(stream);
      const now = this.#held(stream);
      if (now.first === held.first) break;
      held = now;
    }
    if (seq >= held.first) {
      if (wanted === this.#wanted && seq <= held.head)
        this.#jump({ stream, seq, window: null, select: true, wish: wanted });
      return;
    }
    const window = await this.#around(held, seq, latest);
    if (window && wanted === this.#wanted) this.#jump({ stream, seq, window, select: true, wish: wanted });
  }

  /** Loads what is in front of what is held: joined to it, or from here on by a window, where much is held. */
  async back(stream: string): Promise<void> {
    const held = this.#held(stream);
    const short = held.events.length < HELD_MAX || held.first <= 1;
    if (short || this.store.readOnly) return this.store.loadOlder(stream);
    const events = held.events.slice(0, WINDOW_MAX - PAGE);
    const more = held.events.slice(events.length, -HELD_BESIDE).filter(isAboutMessage);
    this.#wanted += 1;
    this.#set({ stream, seq: null, window: { events, more }, select: false, wish: this.#wanted });
    this.store.join(stream, (all) => keepNewest(all, HELD_BESIDE));
    return this.older();
  }

  /** Somebody is at the newest: what they have scrolled through on the way need not be held. */
  settle(stream: string): void {
    if (this.#look?.stream === stream || this.store.readOnly) return;
    if (this.#held(stream).events.length < HELD_MAX) return;
    this.store.join(stream, (held) => keepNewest(held, HELD_AT_END));
  }

  /** Back to what is newest. */
  leave(): void {
    this.#wanted += 1;
    this.#jump(null);
  }

  /** The place was reached: what is held is not looked at through a window. */
  arrived(): void {
    if (this.#look?.window === null) this.#set(null);
  }

  /** Loads the page in front of the window. */
  older(): Promise<void> {
    return this.#load(async (look, window) => {
      const first = window.events[0]?.seq ?? 1;
      if (first <= 1) return look;
      const events = await this.#page(look.stream, first);
      return { ...look, window: { ...window, events: [...events, ...window.events] } };
    }, withoutNewest);
  }

  /** Loads the page behind the window; where it meets what is held, the window is closed in place. */
  newer(): Promise<void> {
    return this.#load(async (look, window) => {
      const last = window.events.at(-1)?.seq ?? 0;
      const to = Math.min(last + PAGE, this.#held(look.stream).first - 1);
      // A page may be shorter than asked for: the newest of it is what there is room for.
      let events: RoomEvent[] = [];
      for (let before = to + 1; before > last + 1; ) {
        const page = (await this.#page(look.stream, before, before - last - 1)).filter(
          ({ seq }) => seq > last,
        );
        if (page.length === 0) return look; // with what came so far there would be a hole behind the window
        events = [...page, ...events];
        before = page[0]?.seq ?? 0;
      }
      const all = [...window.events, ...events];
      const more = window.more.filter(({ seq }) => seq > (all.at(-1)?.seq ?? 0));
      if (to + 1 < this.#held(look.stream).first) return { ...look, window: { events: all, more } };
      this.store.join(look.stream, (held) => applyHistory(held, all));
      return null;
    }, withoutOldest);
  }

  async #around(held: StreamState, seq: number, latest: number | null): Promise<Window | null> {
    const before = Math.min(seq + PAGE / 2, held.first);
    let events = await this.#page(held.id, before);
    if (!events.some((event) => event.seq === seq)) events = await this.#page(held.id, seq + 1);
    const last = events.at(-1)?.seq ?? 0;
    if (!events.some((event) => event.seq === seq)) return null;
    const apart = latest !== null && latest > last && latest < held.first;
    return { events, more: apart ? await this.#page(held.id, latest + 1, 1) : [] };
  }

  async #page(stream: string, before: number, limit = PAGE): Promise<RoomEvent[]> {
    try {
      const answer = await this.store.command({ t: "history", stream, before, limit });
      return answer.t === "history" ? answer.events : [];
    } catch {
      return []; // asked again at the next scroll, or by the next click
    }
  }

  /** Makes room in the window, which is drawn before the page comes: never both at once. */
  async #load(
    change: (look: Look, window: Window) => Promise<Look | null>,
    trim: (window: Window) => Window,
  ): Promise<void> {
    if (!this.#look?.window || this.#loading) return;
    this.#loading = true;
    const window = trim(this.#look.window);
    if (window !== this.#look.window) this.#set({ ...this.#look, window });
    const look = this.#look;
    try {
      const next = await change(look, window);
      if (this.#look === look) this.#set(next);
    } finally {
      this.#loading = false;
    }
  }

  #held(stream: string): StreamState {
    const held = this.store.getView().streams[stream];
    if (!held) throw new Error("no such stream here");
    return held;
  }

  #ready(stream: string): Promise<void> {
    if (this.#held(stream).ready) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = this.store.subscribe(() => {
        if (!this.#held(stream).ready) return;
        stop();
        resolve();
      });
    });
  }

  #jump(look: Look | null): void {
    if (this.#look?.window || look?.window) this.#jumps += 1;
    this.#set(look);
  }

  #set(look: Look | null): void {
    if (look === this.#look) return;
    this.#look = look;
    for (const listener of this.#listeners) listener();
  }
}

function withoutNewest(window: Window): Window {
  const { events, more } = window;
  if (events.length <= WINDOW_MAX - PAGE) return window;
  const kept = events.slice(0, WINDOW_MAX - PAGE);
  return { events: kept, more: [...events.slice(kept.length).filter(isAboutMessage), ...more] };
}

function withoutOldest(window: Window): Window {
  if (window.events.length <= WINDOW_MAX - PAGE) return window;
  return { ...window, events: window.events.slice(PAGE - WINDOW_MAX) };
}

/** Where the address of a page leads: `#m12` to a message at the table, `#c12.15` to one of one's caucus, corrected by 15. */
export function placeOf(hash: string): { caucus: boolean; seq: number; latest: number | null } | null {
  const found = /^#([mc])(\d{1,15})(?:\.(\d{1,15}))?$/.exec(hash);
  if (!found) return null;
  return { caucus: found[1] === "c", seq: Number(found[2]), latest: found[3] ? Number(found[3]) : null };
}
