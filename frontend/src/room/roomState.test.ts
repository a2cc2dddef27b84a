import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RoomEvent } from "../protocol/types.ts";
import {
  applyEvents,
  applyHistory,
  applySnapshot,
  emptyStream,
  emptyTable,
  foldTable,
  knownTable,
  previousOffer,
  resumeOf,
  type StreamState,
  standingOffer,
} from "./roomState.ts";
import { aMessage, anOffer, BUYER, OPENED, SELLER, SNAPSHOT, TABLE } from "./testing.ts";

interface Case {
  name: string;
  events: RoomEvent[];
  state: unknown;
}

/** The cases that the server's fold must pass too; absent where only the front end is checked out. */
const shared = new URL("../../../tests/fixtures/room_state_cases.json", import.meta.url);
const cases: Case[] = existsSync(shared) ? (JSON.parse(readFileSync(shared, "utf8")) as Case[]) : [];

describe("folding events gives the state that a snapshot says", () => {
  it.each(cases)("$name", ({ events, state }) => {
    expect(events.reduce(foldTable, emptyTable())).toEqual(state);
  });
});

const table = (): StreamState => applySnapshot(emptyStream(TABLE, "table"), SNAPSHOT);

describe("a stream", () => {
  it("ignores an event that it has already", () => {
    const once = applyEvents(table(), [aMessage(2, BUYER, "Hi")]);
    expect(applyEvents(once, [OPENED, aMessage(2, BUYER, "Hi")])).toBe(once);
  });

  it("takes nothing before a snapshot has said what one may do there, not even the first event", () => {
    const early = applyEvents(emptyStream(TABLE, "table"), [OPENED]);
    expect([early.stale, early.ready, early.head]).toEqual([true, false, 0]);
    expect(applyEvents(early, [aMessage(2, BUYER, "Hi")])).toBe(early);
    expect(applyEvents(applySnapshot(early, SNAPSHOT), [aMessage(2, BUYER, "Hi")]).head).toBe(2);
  });

  it("is stale after a gap, and takes nothing behind it", () => {
    const gap = applyEvents(table(), [aMessage(3, BUYER, "later")]);
    expect(gap.stale).toBe(true);
    expect(gap.head).toBe(1);
    expect(gap.events).toHaveLength(1);
  });

  it("is whole again once the missing events came", () => {
    const gap = applyEvents(table(), [aMessage(3, BUYER, "later")]);
    const whole = applyEvents(gap, [aMessage(2, SELLER, "missed"), aMessage(3, BUYER, "later")]);
    expect(whole.stale).toBe(false);
    expect(whole.events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it("resumes from its last number and that event's hash", () => {
    expect(resumeOf(emptyStream(TABLE, "table"))).toEqual({ after: 0, hash: null });
    expect(resumeOf(table())).toEqual({ after: 1, hash: "h1" });
  });

  it("is replaced whole by a snapshot, even by one with a lower head", () => {
    const long = applyEvents(table(), [aMessage(2, BUYER, "a"), aMessage(3, BUYER, "b")]);
    const state = { ...emptyTable(), room: null };
    const after = applySnapshot(long, {
      t: "snapshot",
      stream: TABLE,
      kind: "table",
      room: TABLE,
      head: 2,
      hash: "other",
      you: { side: "seller" },
      state: state as never,
      first: 2,
      events: [aMessage(2, SELLER, "another history")],
    });
    expect(after).toMatchObject({
      head: 2,
      hash: "other",
      first: 2,
      side: "seller",
      ready: true,
      stale: false,
    });
    expect(after.events).toHaveLength(1);
  });

  it("puts older events before those it has, and drops a page that does not join", () => {
    const held = { ...table(), first: 5, head: 5, events: [aMessage(5, BUYER, "e")] };
    const joined = applyHistory(held, [aMessage(3, BUYER, "c"), aMessage(4, BUYER, "d")]);
    expect(joined.first).toBe(3);
    expect(joined.events.map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(applyHistory(held, [aMessage(2, BUYER, "b"), aMessage(3, BUYER, "c")])).toBe(held);
  });

  it("of a caucus keeps messages and folds no table", () => {
    const empty = { ...emptyStream("caucus", "caucus"), ready: true };
    const caucus = applyEvents(empty, [aMessage(1, BUYER, "our limit")]);
    expect(caucus.events).toHaveLength(1);
    expect(knownTable(caucus.table)).toBeNull();
  });
});

describe("offers on a table", () => {
  const at = "2026-03-02T10:00:00.000000Z";
  const proposed: RoomEvent = {
    seq: 2,
    kind: "offer.proposed",
    by: BUYER,
    at,
    hash: "h2",
    body: { offer: anOffer(1, "buyer", 9_000) },
  };
  const countered: RoomEvent = {
    seq: 3,
    kind: "offer.countered",
    by: SELLER,
    at,
    hash: "h3",
    body: { offer: anOffer(2, "seller", 11_000), answers: 1 },
  };

  it("never stand two at a time", () => {
    const state = [OPENED, proposed, countered].reduce(foldTable, emptyTable());
    expect(state.offers.map(({ status }) => status)).toEqual(["countered", "pending"]);
    expect(standingOffer(state)?.version).toBe(2);
    expect(state.negotiation.turn).toBe("buyer");
    const known = knownTable(state);
    expect(known && previousOffer(known, anOffer(2, "seller", 1))?.version).toBe(1);
  });

  it("leave the state before them untouched", () => {
    const before = [OPENED, proposed].reduce(foldTable, emptyTable());
    const copy = structuredClone(before);
    foldTable(before, countered);
    expect(before).toEqual(copy);
  });
});
