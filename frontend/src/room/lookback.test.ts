import { describe, expect, it } from "vitest";
import type { CommandBody, RoomEvent } from "../protocol/types.ts";
import { HELD_MAX, Lookback, placeOf, WINDOW_MAX } from "./lookback.ts";
import { applyHistory, emptyStream, type StreamState } from "./roomState.ts";
import type { RoomStore } from "./store.ts";
import { aMessage, BUYER, TABLE } from "./testing.ts";

function correction(seq: number, message: number): RoomEvent {
  const at = "2026-03-02T09:00:00.000000Z";
  const body = { message, text: "better", html: "<p>better</p>" };
  return { seq, kind: "message.edited", by: BUYER, at, hash: `h${seq}`, body };
}

/** A log of so many messages, of which the newest 50 are held. Frames hold `room` events at most; only so many `answers` come. */
function table(length: number, room = 100, corrected?: { message: number; by: number }, answers = Infinity) {
  const log: RoomEvent[] = Array.from({ length }, (_, index) =>
    index + 1 === corrected?.by
      ? correction(index + 1, corrected.message)
      : aMessage(index + 1, BUYER, `message ${index + 1}`),
  );
  const first = length - 49;
  let held: StreamState = {
    ...emptyStream(TABLE, "table"),
    head: length,
    first,
    events: log.slice(first - 1),
    ready: true,
  };
  const asked: number[] = [];
  const page = (before: number, limit: number): RoomEvent[] =>
    log.slice(Math.max(0, before - 1 - Math.min(limit, room)), before - 1);
  const store = {
    getView: () => ({ streams: { [TABLE]: held } }),
    subscribe: () => () => undefined,
    command(body: Extract<CommandBody, { t: "history" }>) {
      asked.push(body.before);
      if (asked.length > answers) return Promise.reject(new Error("too fast"));
      return Promise.resolve({ t: "history", events: page(body.before, body.limit) });
    },
    loadOlder() {
      held = applyHistory(held, page(held.first, 100));
      return Promise.resolve();
    },
    join(_: string, change: (state: StreamState) => StreamState) {
      held = change(held);
    },
  } as unknown as RoomStore;
  return { lookback: new Lookback(store), asked, held: () => held };
}

const numbers = (lookback: Lookback): number[] => lookback.get()?.window?.events.map(({ seq }) => seq) ?? [];

describe("going to a place in the log", () => {
  it("asks for nothing when the place is held", async () => {
    const { lookback, asked } = table(1_000);
    await lookback.goTo(TABLE, 990);
    expect(lookback.get()).toMatchObject({ seq: 990, window: null, select: true });
    expect(asked).toEqual([]);
    lookback.arrived();
    expect(lookback.get()).toBeNull();
  });

  it("loads up to a place that is near", async () => {
    const { lookback, held } = table(1_000);
    await lookback.goTo(TABLE, 800);
    expect(lookback.get()).toMatchObject({ seq: 800, window: null });
    expect(held().first).toBeLessThanOrEqual(800);
  });

  it("looks through a window at a place that is far, and holds nothing between", async () => {
    const { lookback, asked, held } = table(100_000);
    await lookback.goTo(TABLE, 4_000);
    expect(asked).toEqual([4_050]);
    expect(numbers(lookback)).toContain(4_000);
    expect(held().first).toBe(99_951);
  });

  it("finds the place in frames that hold little", async () => {
    const { lookback } = table(100_000, 10);
    await lookback.goTo(TABLE, 4_000);
    expect(numbers(lookback).at(-1)).toBe(4_000);
  });

  it("brings a correction from far behind the place", async () => {
    const { lookback } = table(100_000);
    await lookback.goTo(TABLE, 4_000, 9_000);
    expect(lookback.get()?.window?.more.map(({ seq }) => seq)).toEqual([9_000]);
  });

  it("goes nowhere when there is no such place", async () => {
    const { lookback } = table(1_000);
    await lookback.goTo(TABLE, 5_000);
    expect(lookback.get()).toBeNull();
  });

  it("grows without gaps to both sides", async () => {
    const { lookback } = table(100_000, 30);
    await lookback.goTo(TABLE, 4_000);
    await lookback.older();
    await lookback.newer();
    const seen = numbers(lookback);
    expect(seen).toEqual(Array.from(seen, (_, index) => (seen[0] ?? 0) + index));
    expect(seen[0]).toBeLessThan(3_980);
    expect(seen.at(-1)).toBeGreaterThan(4_080);
  });

  it("leaves no hole where a part of the way is refused", async () => {
    const { lookback } = table(100_000, 30, undefined, 3);
    await lookback.goTo(TABLE, 4_000);
    const before = numbers(lookback);
    await lookback.newer();
    expect(numbers(lookback)).toEqual(before);
  });

  it("closes the window in place where it meets what is held", async () => {
    const { lookback, held } = table(600);
    await lookback.goTo(TABLE, 100);
    for (let round = 0; round < 10 && lookback.get()?.window; round += 1) await lookback.newer();
    expect(lookback.get()).toBeNull();
    expect(held().events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 601 - held().first }, (_, index) => held().first + index),
    );
    expect(held().first).toBeLessThanOrEqual(100);
  });

  it("drops the older of two wishes", async () => {
    const { lookback } = table(100_000);
    const first = lookback.goTo(TABLE, 4_000);
    await lookback.goTo(TABLE, 9_000);
    await first;
    expect(lookback.get()?.seq).toBe(9_000);
  });
});

describe("scrolling through a long log", () => {
  /** What is shown: one part of the log, in order and without gaps. */
  function shown(lookback: Lookback, held: StreamState): number[] {
    const seen = (lookback.get()?.window?.events ?? held.events).map(({ seq }) => seq);
    expect(seen).toEqual(Array.from(seen, (_, index) => (seen[0] ?? 0) + index));
    expect(seen.length).toBeLessThanOrEqual(Math.max(WINDOW_MAX, HELD_MAX + 100));
    return seen;
  }

  it("shows all of it to who goes back to the first and to the newest again, and holds little", async () => {
    const { lookback, held } = table(10_000);
    let newest = 10_000;
    while ((shown(lookback, held())[0] ?? 0) > 1) {
      const before = shown(lookback, held());
      await (lookback.get() ? lookback.older() : lookback.back(TABLE));
      const now = shown(lookback, held());
      expect(now).toContain(before[0]); // what one looked at is there yet
      expect(now[0]).toBeLessThan(before[0] ?? 0);
      newest = now.at(-1) ?? 0;
      expect(held().events.length).toBeLessThanOrEqual(HELD_MAX + 100);
    }
    expect(newest).toBeLessThanOrEqual(WINDOW_MAX);
    expect(lookback.jumps).toBe(0); // nothing was drawn anew
    while (lookback.get()) {
      const before = shown(lookback, held());
      await lookback.newer();
      expect(shown(lookback, held())).toContain(before.at(-1));
    }
    expect(shown(lookback, held()).at(-1)).toBe(10_000);
    expect(lookback.jumps).toBe(0);
    for (let times = 0; times < 9; times += 1) await lookback.back(TABLE);
    lookback.leave();
    lookback.settle(TABLE);
    expect(held().events.length).toBeLessThan(HELD_MAX);
    expect(shown(lookback, held()).at(-1)).toBe(10_000);
  });

  it("knows of a correction for as long as the message can be seen", async () => {
    const { lookback, held } = table(5_000, 100, { message: 100, by: 3_000 });
    const known = (): number => {
      const { events = [], more = [] } = lookback.get()?.window ?? {};
      return [...events, ...more, ...held().events].filter(({ kind }) => kind === "message.edited").length;
    };
    while (!shown(lookback, held()).includes(100))
      await (lookback.get() ? lookback.older() : lookback.back(TABLE));
    expect(known()).toBe(1);
    while (lookback.get()) {
      await lookback.newer();
      // Once, wherever it is; and not any more when all that it could be about is before what is shown.
      expect(known()).toBe((shown(lookback, held())[0] ?? 0) <= 3_000 ? 1 : 0);
    }
  });
});

describe("the address of a place", () => {
  it.each([
    ["#m12", { caucus: false, seq: 12, latest: null }],
    ["#c12.15", { caucus: true, seq: 12, latest: 15 }],
    ["#m", null],
    ["#m1x", null],
    ["#compare", null],
    ["", null],
    ["#m9999999999999999999", null],
  ])("%s", (hash, place) => {
    expect(placeOf(hash)).toEqual(place);
  });
});
