import { describe, expect, it } from "vitest";
import { begin, type LogEvent, Typists, take } from "./threadState.ts";

const ADA = { id: "ada", name: "Ada", side: "seller" };

function event(seq: number, kind: string, body: unknown = {}, by: string | null = "ada"): LogEvent {
  return { seq, kind, by, at: "2026-11-22T10:00:00.000000Z", hash: `h${seq}`, body };
}

describe("a thread that is open", () => {
  it("shows what was said, by whom", () => {
    const { state, changes, gap } = take(begin(3, "h3", [ADA]), [
      event(4, "message.sent", { text: "Hi", html: "<p>Hi</p>", answers: 3 }),
    ]);
    expect(gap).toBe(false);
    expect([state.head, state.hash]).toEqual([4, "h4"]);
    expect(changes).toEqual([
      {
        ...{ kind: "post", seq: 4, at: "2026-11-22T10:00:00.000000Z", by: ADA },
        ...{ html: "<p>Hi</p>", answers: 3, byMail: false },
      },
    ]);
    expect(state.said.get(4)).toBe("ada");
  });

  it("knows whoever joins from their first post on", () => {
    const { changes } = take(begin(1, "h1", []), [
      event(2, "participant.joined", { participant: { id: "ben", name: "Ben", side: "member" } }, "ben"),
      event(3, "message.sent", { html: "<p>x</p>", mail: { message_id: "<a@b>", files: 0 } }, "ben"),
    ]);
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({ by: { name: "Ben" }, byMail: true });
  });

  it("passes over what it has, and stops at a gap", () => {
    const repeated = take(begin(3, "h3", [ADA]), [event(2, "message.sent"), event(3, "message.sent")]);
    expect(repeated).toMatchObject({ changes: [], gap: false, state: { head: 3 } });
    const lost = take(begin(3, "h3", [ADA]), [event(4, "thread.resolved"), event(6, "thread.reopened")]);
    expect(lost.gap).toBe(true);
    expect(lost.state.head).toBe(4);
    expect(lost.changes.map((change) => change.kind)).toEqual(["resolved"]);
  });

  it("counts kinds that it does not know, and survives bodies of any form", () => {
    const odd = [
      event(1, "thread.painted", null),
      event(2, "message.sent", "text"),
      event(3, "message.sent", []),
    ];
    const { state, changes } = take(begin(0, "", []), odd);
    expect(state.head).toBe(3);
    expect(changes.map((change) => change.kind === "post" && change.html)).toEqual(["", ""]);
  });

  it("lets the system speak without a name", () => {
    const { changes } = take(begin(0, "", []), [event(1, "message.sent", { html: "<p>.</p>" }, null)]);
    expect(changes[0]?.by).toBeNull();
  });
});

describe("who is writing", () => {
  it("is forgotten after a few seconds, and once they have posted", () => {
    const typists = new Typists(4000);
    typists.seen("ada", 0);
    typists.seen("ben", 3000);
    expect(typists.at(3999)).toEqual(["ada", "ben"]);
    expect(typists.at(4000)).toEqual(["ben"]);
    typists.done("ben");
    expect(typists.at(4001)).toEqual([]);
  });
});
