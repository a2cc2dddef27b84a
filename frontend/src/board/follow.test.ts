import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SIGN_EVERY_MS } from "./BoardSync.ts";
import {
  BEAT_MS,
  FOLLOWS_FOR_MS,
  Follow,
  FollowBook,
  type Framed,
  type Place,
  partOf,
  placeFor,
  type Said,
} from "./follow.ts";

const ADA = "ada";
const BEN = "ben";
const DOV = "dov";
const WINDOW = { width: 1000, height: 500 };
const PART = { x: 100, y: 200, width: 2000, height: 1000 };

describe("what a window shows", () => {
  it("is in the board's own coordinates", () => {
    const framed = { ...WINDOW, scrollX: -100, scrollY: 50, zoom: { value: 2 } };
    expect(partOf(framed)).toEqual({ x: 100, y: -50, width: 500, height: 250 });
  });

  it("is shown alike in a window of the same size, at any zoom", () => {
    for (const value of [0.1, 0.37, 1, 1.1, 30]) {
      const framed = { ...WINDOW, scrollX: -73.4, scrollY: 12, zoom: { value } };
      const place = placeFor(partOf(framed) ?? PART, WINDOW);
      expect(place.zoom.value).toBeCloseTo(value, 9);
      expect(place.scrollX).toBeCloseTo(-73.4, 6);
      expect(place.scrollY).toBeCloseTo(12, 6);
    }
  });

  it("is shown whole and in the middle of a window of another form", () => {
    const shown = partOf({ width: 400, height: 800, ...placeFor(PART, { width: 400, height: 800 }) });
    expect(shown).toEqual({ x: 100, y: -1300, width: 2000, height: 4000 });
  });

  it("is not said where no sign could say it", () => {
    const far = { ...WINDOW, scrollX: 1_000_001, scrollY: 0, zoom: { value: 1 } };
    expect(partOf(far)).toBeNull();
    expect(partOf({ ...far, scrollX: 0, width: 0 })).toBeNull();
    expect(partOf({ ...far, scrollX: Number.NaN })).toBeNull();
  });

  it("never asks an editor for more than it zooms", () => {
    expect(placeFor({ ...PART, width: 900_000 }, WINDOW).zoom.value).toBe(0.1);
    expect(placeFor({ ...PART, width: 1, height: 1 }, WINDOW).zoom.value).toBe(30);
  });
});

describe("who follows whom", () => {
  it("ends when they say so, when they leave, and when they are silent", () => {
    const book = new FollowBook();
    for (const by of [ADA, DOV, "eve"]) expect(book.take(by, BEN, 0)).toBe(true);
    expect(book.take(ADA, BEN, BEAT_MS)).toBe(false);
    expect(book.take("eve", null, 0)).toBe(true);
    expect(book.followersOf(BEN)).toEqual([ADA, DOV]);
    book.settle(FOLLOWS_FOR_MS);
    expect(book.followersOf(BEN)).toEqual([ADA]);
    book.keep([BEN]);
    expect(book.followersOf(BEN)).toEqual([]);
  });

  it("leads to the last in the row, and nowhere in a circle", () => {
    const book = new FollowBook();
    expect(book.leader(DOV, ADA)).toBe(ADA);
    book.take(ADA, BEN, 0);
    expect(book.leader(DOV, ADA)).toBe(BEN);
    book.take(BEN, DOV, 0);
    expect(book.leader(DOV, ADA)).toBeNull();
    book.take(BEN, ADA, 0);
    expect(book.leader(DOV, ADA)).toBeNull();
  });
});

describe("following", () => {
  let framed: Framed;
  let said: Said[];
  let followers: readonly string[];
  let letGo: number;
  let ben: Follow;

  /** The person moves their own view. */
  const move = (scrollX: number): void => {
    framed = { ...framed, scrollX };
    ben.moved();
  };
  const follows = (by: string, person: string | null): void => ben.take(by, "board.follow", { person });
  const kinds = (): string[] => said.map(({ t }) => t);

  beforeEach(() => {
    vi.useFakeTimers();
    framed = { ...WINDOW, scrollX: 0, scrollY: 0, zoom: { value: 1 } };
    said = [];
    followers = [];
    letGo = 0;
    const viewport = {
      framed: () => framed,
      go: (place: Place) => {
        framed = { ...framed, ...place };
        ben.moved(); // an editor tells of every change
      },
      letGo: () => {
        letGo += 1;
      },
    };
    ben = new Follow(
      BEN,
      viewport,
      (one) => said.push(one),
      (people) => {
        followers = people;
      },
    );
  });
  afterEach(() => {
    ben.stop();
    vi.useRealTimers();
  });

  it("says nothing of one's view while nobody follows", () => {
    move(-10);
    follows(ADA, DOV);
    vi.advanceTimersByTime(BEAT_MS);
    expect(said).toEqual([]);
  });

  it("shows one's view to whoever begins to follow, and then as it changes", () => {
    follows(ADA, BEN);
    expect(followers).toEqual([ADA]);
    vi.advanceTimersByTime(SIGN_EVERY_MS);
    expect(said).toEqual([{ t: "board.view", x: -0, y: -0, ...WINDOW }]);
    for (let step = 1; step <= 5; step += 1) move(-step);
    vi.advanceTimersByTime(SIGN_EVERY_MS);
    expect(said.slice(1)).toEqual([{ t: "board.view", x: 5, y: -0, ...WINDOW }]);
    follows(ADA, null);
    expect(followers).toEqual([]);
    move(-9);
    vi.advanceTimersByTime(SIGN_EVERY_MS);
    expect(said).toHaveLength(2);
  });

  it("shows it again at each beat, for a sign that was lost", () => {
    follows(ADA, BEN);
    vi.advanceTimersByTime(SIGN_EVERY_MS);
    follows(ADA, BEN);
    vi.advanceTimersByTime(SIGN_EVERY_MS);
    expect(kinds()).toEqual(["board.view", "board.view"]);
  });

  it("forgets a follower who is silent, and one who has left", () => {
    follows(ADA, BEN);
    vi.advanceTimersByTime(FOLLOWS_FOR_MS + BEAT_MS);
    expect(followers).toEqual([]);
    follows(DOV, BEN);
    ben.present([BEN, ADA]);
    expect(followers).toEqual([]);
  });

  it("says whom one follows, on a beat, until one lets go", () => {
    ben.follow(ADA);
    vi.advanceTimersByTime(2 * BEAT_MS);
    ben.follow(null);
    vi.advanceTimersByTime(2 * BEAT_MS);
    expect(said.map((one) => "person" in one && one.person)).toEqual([ADA, ADA, ADA, null]);
  });

  it("goes where the other goes, and nowhere else", () => {
    ben.take(ADA, "board.view", PART);
    expect(framed.scrollX).toBe(0);
    ben.follow(ADA);
    ben.take(DOV, "board.view", { ...PART, x: 9 });
    expect(framed.scrollX).toBe(0);
    ben.take(ADA, "board.view", PART);
    expect(partOf(framed)).toEqual(PART);
    expect(letGo).toBe(0);
  });

  it("ends when one moves by oneself, and shows that to one's own followers", () => {
    ben.follow(ADA);
    follows(DOV, BEN);
    ben.take(ADA, "board.view", PART);
    vi.advanceTimersByTime(SIGN_EVERY_MS);
    said = [];
    move(-7);
    expect(letGo).toBe(1);
    vi.advanceTimersByTime(SIGN_EVERY_MS);
    expect(kinds()).toEqual(["board.follow", "board.view"]);
    ben.take(ADA, "board.view", { ...PART, x: 0 });
    expect(framed.scrollX).toBe(-7);
  });

  it("says to who begins to follow whom one follows, so that they go there too", () => {
    ben.follow(ADA);
    said = [];
    follows(DOV, BEN);
    vi.advanceTimersByTime(SIGN_EVERY_MS);
    expect(said).toContainEqual({ t: "board.follow", person: ADA });
    follows(ADA, DOV);
    ben.take(DOV, "board.view", PART);
    expect(framed.scrollX).toBe(0);
    follows(DOV, null);
    ben.take(DOV, "board.view", PART);
    expect(partOf(framed)).toEqual(PART);
  });

  it("leaves the answer to the window of the same person that moved last", () => {
    ben.take(BEN, "board.view", PART);
    follows(ADA, BEN);
    vi.advanceTimersByTime(SIGN_EVERY_MS);
    expect(said).toEqual([]);
    move(-3);
    vi.advanceTimersByTime(SIGN_EVERY_MS);
    expect(kinds()).toEqual(["board.view"]);
  });
});
