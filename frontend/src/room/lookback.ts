/**
 * Going to a place in the log that is not held. What is near is loaded up to it; what is far is looked at through a
 * window of its own, whose pages are asked for as one scrolls, until it meets what is held.
 */
import type { RoomEvent } from "../protocol/types.ts";
import { applyHistory, type StreamState } from "./roomState.ts";
import type { RoomStore } from "./store.ts";

/** Part of a log, apart from what is held of it. */
export interface Window {
  /** Without gaps, oldest first. */
  events: RoomEvent[];
  /** Corrections that are in neither part. */
  more: RoomEvent[];
}

/** Where somebody wants to be. */
export interface Look {
  stream: string;
  seq: number;
  window: Window | null;
  /** Whether the entry is selected there, or only shown. */
  select: boolean;
  /** Which wish this is, as pages that come later belong to the same. */
  wish: number;
}

/** As many events in front of what is held are loaded up to a place. */
const NEAR = 300;
const PAGE = 100;

export class Lookback {
  #look: Look | null = null;
  #loading = false;
  #wanted = 0;
  #listeners = new Set<() => void>();

  constructor(readonly store: RoomStore) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly get = (): Look | null => this.#look;

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
        this.#set({ stream, seq, window: null, select: true, wish: wanted });
      return;
    }
    const window = await this.#around(held, seq, latest);
    if (window && wanted === this.#wanted) this.#set({ stream, seq, window, select: true, wish: wanted });
  }

  /** Back to what is newest. */
  leave(): void {
    this.#wanted += 1;
    this.#set(null);
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
    });
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
        if (page.length === 0) break;
        events = [...page, ...events];
        before = page[0]?.seq ?? 0;
      }
      const all = [...window.events, ...events];
      if (to + 1 < this.#held(look.stream).first) return { ...look, window: { ...window, events: all } };
      this.store.join(look.stream, (held) => applyHistory(held, all));
      this.#wanted += 1;
      return { ...look, seq: last, window: null, select: false, wish: this.#wanted };
    });
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

  async #load(change: (look: Look, window: Window) => Promise<Look>): Promise<void> {
    const look = this.#look;
    if (!look?.window || this.#loading) return;
    this.#loading = true;
    try {
      const next = await change(look, look.window);
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

  #set(look: Look | null): void {
    if (look === this.#look) return;
    this.#look = look;
    for (const listener of this.#listeners) listener();
  }
}

/** Where the address of a page leads: `#m12` to a message at the table, `#c12.15` to one of one's caucus, corrected by 15. */
export function placeOf(hash: string): { caucus: boolean; seq: number; latest: number | null } | null {
  const found = /^#([mc])(\d{1,15})(?:\.(\d{1,15}))?$/.exec(hash);
  if (!found) return null;
  return { caucus: found[1] === "c", seq: Number(found[2]), latest: found[3] ? Number(found[3]) : null };
}
