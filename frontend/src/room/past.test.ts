import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { RoomEvent } from "../protocol/types.ts";
import { Keep } from "./keep.ts";
import { PastStore } from "./PastStore.ts";
import { holdsAll, type Moment, momentOf, nextStep, stepsOf, withoutRemoved } from "./past.ts";
import { applyEvents, emptyStream } from "./roomState.ts";
import { RoomStore } from "./store.ts";
import { aMessage, anOffer, BUYER, OPENED, SELLER, TABLE } from "./testing.ts";

interface Case {
  name: string;
  events: RoomEvent[];
  state: unknown;
}

const shared = new URL("../../../tests/fixtures/room_state_cases.json", import.meta.url);
const cases: Case[] = existsSync(shared) ? (JSON.parse(readFileSync(shared, "utf8")) as Case[]) : [];

const event = (seq: number, kind: string, by: string, body: unknown): RoomEvent =>
  ({ seq, kind, by, at: `2026-03-02T09:00:0${seq}.000000Z`, hash: `h${seq}`, body }) as unknown as RoomEvent;

const LOG: RoomEvent[] = [
  OPENED,
  aMessage(2, BUYER, "my card is 4242"),
  event(3, "message.edited", BUYER, { message: 2, text: "my card is 4243", html: "" }),
  event(4, "offer.proposed", SELLER, { offer: anOffer(1, "seller", 120) }),
  event(5, "message.redacted", BUYER, { message: 2, reason: "" }),
  event(6, "offer.declined", BUYER, { version: 1, reason: "" }),
];

describe("a room as it was", () => {
  it.each(cases)("is at its last event what it is now: $name", ({ events, state }) => {
    expect(momentOf(withoutRemoved(events), events.length)?.table).toEqual(state);
  });

  it("shows the offer that stood then", () => {
    expect(momentOf(LOG, 4)?.table.negotiation).toMatchObject({ standing: 1, turn: "buyer" });
    expect(momentOf(LOG, 6)?.table.negotiation.standing).toBeNull();
    expect(momentOf(LOG, 0)).toBeNull();
  });

  it("does not bring back what was removed later", () => {
    const then = momentOf(withoutRemoved(LOG), 4);
    expect(JSON.stringify(then)).not.toContain("424");
    expect(then?.events).toHaveLength(4);
    expect(LOG[1]?.body).toMatchObject({ text: "my card is 4242" });
  });

  it("knows the steps of offers and the way between them", () => {
    const steps = stepsOf(LOG);
    expect(steps).toEqual([4, 6]);
    expect(nextStep(steps, 1, 1)).toBe(4);
    expect(nextStep(steps, 4, 1)).toBe(6);
    expect(nextStep(steps, 6, 1)).toBeNull();
    expect(nextStep(steps, 6, -1)).toBe(4);
    expect(nextStep(steps, 4, -1)).toBeNull();
  });

  it("is folded here only when the whole log is here", () => {
    const whole = applyEvents({ ...emptyStream(TABLE, "table"), ready: true }, LOG);
    expect(holdsAll(whole)).toBe(true);
    expect(holdsAll({ ...whole, first: 2, events: LOG.slice(1) })).toBe(false);
    expect(holdsAll(emptyStream(TABLE, "table"))).toBe(false);
  });
});

describe("a store that looks back", () => {
  const box = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
  const config = {
    room: TABLE,
    table: TABLE,
    board: null,
    boardPictureUrl: null,
    layer: null,
    caucus: "c",
    title: "",
    socketUrl: "ws://x/ws/",
    language: "en",
    side: "buyer" as const,
    person: BUYER,
    orderUrl: null,
    listingUrl: null,
    listingsUrl: "",
    dealsUrl: null,
    evidenceUrl: null,
    roomUrl: "",
    verifyUrl: null,
    peopleUrl: "",
    searchUrl: "",
    searchPageUrl: "",
    filesUrl: "",
    csrf: "",
    loginUrl: "",
    accountUrl: null,
    iconsUrl: "",
  };

  it("sends nothing, whatever is asked of it, and its clock stands", async () => {
    const opened: string[] = [];
    const live = new RoomStore(config, new Keep(TABLE, BUYER, box, box), (url) => {
      opened.push(url);
      throw new Error("no socket here");
    });
    const then = new PastStore(live, momentOf(LOG, 4) as Moment);
    then.start();
    then.sendMessage();
    then.markSeen();
    then.typing();
    await expect(then.command()).rejects.toMatchObject({ code: "past" });
    expect(opened).toEqual([]);
    expect(then.now()).toBe(Date.parse("2026-03-02T09:00:04.000Z"));
    expect(then.mayDraw()).toBe(false);
    expect(then.readOnly).toBe(true);
    expect(then.getView().pending).toEqual([]);
    expect(then.getView().streams[TABLE]?.side).toBe("moderator");
    expect(then.config.caucus).toBeNull();
  });
});
