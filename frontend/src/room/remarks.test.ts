import { describe, expect, it } from "vitest";
import type { About, EventOf, RoomEvent } from "../protocol/types.ts";
import { partOf, remarksOn, samePart } from "./remarks.ts";

const said = (seq: number, about?: About): EventOf<"message.sent"> => ({
  seq,
  kind: "message.sent",
  by: "ben",
  at: "2026-11-27T10:00:00.000000Z",
  hash: "",
  body: { text: "Why?", html: "<p>Why?</p>", ...(about ? { about } : {}) },
});
const removal = (seq: number, message: number): EventOf<"message.redacted"> => ({
  ...said(seq),
  kind: "message.redacted",
  body: { message, reason: "" },
});
const onLine: About = { version: 2, package: 0, line: 1, name: "Pump", offer: 4 };
const onIssue: About = { version: 2, package: 0, issue: "Warranty", name: "Warranty", offer: 4 };

describe("remarks", () => {
  it("are those on a version that were not removed, in their order", () => {
    const events: RoomEvent[] = [
      said(5, onLine),
      said(6),
      said(7, { ...onLine, version: 1 }),
      said(8, onIssue),
      said(9, onIssue),
      removal(10, 9),
    ];
    expect(remarksOn(events, 2).map(({ seq }) => seq)).toEqual([5, 8]);
    expect(remarksOn(events, 1).map(({ seq }) => seq)).toEqual([7]);
    expect(remarksOn(events, 3)).toEqual([]);
  });

  it("are on the same thing by index or by name", () => {
    expect(samePart(partOf(onLine), { line: 1 })).toBe(true);
    expect(samePart(partOf(onIssue), { issue: "Warranty" })).toBe(true);
    expect(samePart(partOf(onIssue), { line: 1 })).toBe(false);
  });
});
