import { expect, it } from "vitest";
import type { RoomEvent } from "../protocol/types.ts";
import { frozenUpTo, whatWasSaid } from "./said.ts";
import { aMessage, anOffer, BUYER, OPENED, SELLER } from "./testing.ts";

const AT = "2026-03-02T09:01:00.000000Z";

function about(seq: number, kind: string, by: string, body: object): RoomEvent {
  return { seq, kind, by, at: AT, hash: `h${seq}`, body } as RoomEvent;
}

const edited = (seq: number, message: number, text: string): RoomEvent =>
  about(seq, "message.edited", BUYER, { message, text, html: `<p>${text}</p>` });
const reacted = (seq: number, by: string, on = true): RoomEvent =>
  about(seq, "message.reacted", by, { message: 2, reaction: "👍", on });

it("keeps every version of a message, the newest last", () => {
  const said = whatWasSaid([OPENED, aMessage(2, BUYER, "500"), edited(3, 2, "5,000"), edited(4, 2, "50")]);
  expect(said.get(2)?.versions.map(({ text }) => text)).toEqual(["500", "5,000", "50"]);
});

it("shows nothing of what was removed, and who removed it", () => {
  const removed = about(4, "message.redacted", SELLER, { message: 2, reason: "a slip" });
  const said = whatWasSaid([aMessage(2, BUYER, "500"), edited(3, 2, "5,000"), removed]).get(2);
  expect(said?.versions).toEqual([]);
  expect(said?.removed).toEqual({ by: SELLER, reason: "a slip" });
});

it("knows a removed message by what the log lacks", () => {
  const gone = about(2, "message.sent", BUYER, { redacted: true });
  const correction = about(3, "message.edited", BUYER, { redacted: true });
  const said = whatWasSaid([gone, correction]).get(2);
  expect(said?.removed).toEqual({ by: null, reason: "" });
  expect(said?.versions).toEqual([]);
});

it("counts a person's reaction once, and takes it back", () => {
  const message = aMessage(2, BUYER, "Two lots?");
  const twice = whatWasSaid([message, reacted(3, SELLER), reacted(4, SELLER), reacted(5, BUYER)]);
  expect(twice.get(2)?.reactions).toEqual([{ reaction: "👍", people: [SELLER, BUYER] }]);
  const back = whatWasSaid([message, reacted(3, SELLER), reacted(4, SELLER, false)]);
  expect(back.get(2)?.reactions).toEqual([]);
});

it("applies what happened to a message that only comes with a page of history", () => {
  const later = [edited(60, 2, "5,000"), reacted(61, SELLER)];
  expect(whatWasSaid(later).size).toBe(0);
  const said = whatWasSaid([aMessage(2, BUYER, "500"), ...later]).get(2);
  expect(said?.versions.at(-1)?.text).toBe("5,000");
  expect(said?.reactions).toHaveLength(1);
});

it("freezes what a side said before the other side's last offer", () => {
  const offered = (seq: number, side: "buyer" | "seller"): RoomEvent =>
    about(seq, "offer.proposed", BUYER, { offer: anOffer(seq, side, 100) });
  const events = [OPENED, offered(3, "seller"), offered(5, "buyer")];
  expect(frozenUpTo(events, "buyer")).toBe(3);
  expect(frozenUpTo(events, "seller")).toBe(5);
  expect(frozenUpTo(events, null)).toBe(5);
  expect(frozenUpTo([OPENED], "buyer")).toBe(0);
});

it("shows the files of a message until it is removed", () => {
  const file = { id: "1", name: "a.pdf", type: "", bytes: 1, sha256: "" };
  const sent = about(2, "message.sent", BUYER, { text: "", html: "", attachments: [file] });
  expect(whatWasSaid([sent]).get(2)?.attachments).toEqual([file]);
  const removed = about(3, "message.redacted", BUYER, { message: 2, reason: "" });
  expect(whatWasSaid([sent, removed]).get(2)?.attachments).toEqual([]);
});
