import { expect, it } from "vitest";
import type { RoomEvent } from "../protocol/types.ts";
import { buildRows } from "./rows.ts";
import { aMessage, BUYER, OPENED, SELLER } from "./testing.ts";
import type { PendingMessage } from "./view.ts";

const at = (minute: number, day = 2): string => new Date(2026, 2, day, 9, minute).toISOString();

const waiting = (text: string, sentAt: string, patch: Partial<PendingMessage> = {}): PendingMessage => ({
  id: text,
  stream: "s",
  text,
  answers: null,
  mentions: [],
  attachments: [],
  at: Date.parse(sentAt),
  status: "pending",
  reason: null,
  ...patch,
});

it("parts the days and puts one name over what a person says in a row", () => {
  const rows = buildRows(
    [
      aMessage(1, BUYER, "a", at(0)),
      aMessage(2, BUYER, "b", at(1)),
      aMessage(3, SELLER, "c", at(2)),
      aMessage(4, SELLER, "d", at(30)),
      aMessage(5, SELLER, "e", at(31, 3)),
    ],
    [],
    BUYER,
    null,
  );
  expect(rows.map(({ type }) => type)).toEqual([
    "day",
    "message",
    "message",
    "message",
    "message",
    "day",
    "message",
  ]);
  expect(rows.flatMap((row) => (row.type === "message" ? [row.follows] : []))).toEqual([
    false,
    true,
    false,
    false,
    false,
  ]);
});

it("draws the unread line before the first thing others said since", () => {
  const events = [
    OPENED,
    aMessage(2, SELLER, "old", at(0)),
    aMessage(3, BUYER, "mine", at(1)),
    aMessage(4, SELLER, "new", at(2)),
  ];
  const keys = buildRows(events, [], BUYER, 2).map(({ key }) => key);
  expect(keys.indexOf("unread")).toBe(keys.indexOf("event 4") - 1);
  expect(buildRows(events, [], BUYER, 4).some(({ type }) => type === "unread")).toBe(false);
  expect(buildRows(events, [], BUYER, null).some(({ type }) => type === "unread")).toBe(false);
});

it("shows a message once while its event is here and its answer is not", () => {
  const events = [aMessage(1, BUYER, "hello", at(5))];
  expect(
    buildRows(events, [waiting("hello", at(5))], BUYER, null).filter(({ type }) => type === "pending"),
  ).toEqual([]);
});

it("keeps showing a message that says the same as an old one, and one that failed", () => {
  const events = [aMessage(1, BUYER, "hello", at(0))];
  const failed = waiting("hello", at(0), { status: "failed", id: "f" });
  const rows = buildRows(events, [waiting("hello", at(5)), failed], BUYER, null);
  expect(rows.filter(({ type }) => type === "pending")).toHaveLength(2);
});

it("tells two messages without words apart by their files", () => {
  const file = (id: string) => ({ id, name: "a.pdf", type: "", bytes: 1, sha256: "" });
  const body = { text: "", html: "", attachments: [file("1")] };
  const sent = { ...aMessage(2, BUYER, "", at(1)), body } as RoomEvent;
  const both = [
    waiting("", at(1), { attachments: [file("1")] }),
    waiting("", at(1), { attachments: [file("2")] }),
  ];
  const rows = buildRows([OPENED, sent], both, BUYER, null);
  const left = rows.flatMap((row) => (row.type === "pending" ? row.message.attachments : []));
  expect(left.map(({ id }) => id)).toEqual(["2"]);
});
