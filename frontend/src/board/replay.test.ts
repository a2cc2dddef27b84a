import { afterEach, describe, expect, it, vi } from "vitest";
import type { BoardElement } from "../protocol/commands.ts";
import { fetchSteps, Replay, type Step } from "./replay.ts";

const box = (id: string, version = 1, more: Partial<BoardElement> = {}): BoardElement =>
  ({
    id,
    type: "rectangle",
    version,
    versionNonce: 1,
    isDeleted: false,
    x: 0,
    y: 0,
    index: "a1",
    ...more,
  }) as BoardElement;

const step = (seq: number, ...elements: BoardElement[]): Step => ({
  seq,
  at: "2026-11-27T12:00:00.000Z",
  by: null,
  elements,
});

const ids = (scene: BoardElement[]): string[] => scene.map(({ id }) => id);

describe("a board that is played again", () => {
  it("shows at each step what was there then, the lowest first", () => {
    const replay = new Replay([
      step(1, box("b", 1, { index: "a2" }), box("a")),
      step(2, box("b", 2, { index: "a0" })),
      step(4, box("a", 2, { isDeleted: true })),
    ]);
    expect([0, 1, 2, 3].map((count) => ids(replay.scene(count)))).toEqual([
      [],
      ["a", "b"],
      ["b", "a"],
      ["b"],
    ]);
  });

  it("is the same wherever one jumps to in a long history", () => {
    const steps = Array.from({ length: 260 }, (_, n) =>
      step(n + 1, box(`e${n % 7}`, n + 1, { isDeleted: n % 5 === 4 })),
    );
    const replay = new Replay(steps);
    const slow = new Map<string, BoardElement>();
    steps.forEach(({ elements }, at) => {
      for (const one of elements) one.isDeleted ? slow.delete(one.id) : slow.set(one.id, one);
      expect(new Set(replay.scene(at + 1))).toEqual(new Set(slow.values()));
    });
  });

  it("finds the step of an event, though numbers may be missing", () => {
    const replay = new Replay([step(1, box("a")), step(4, box("b")), step(9, box("c"))]);
    expect([0, 1, 3, 4, 8, 9, 12].map((seq) => replay.countAt(seq))).toEqual([0, 1, 1, 2, 2, 3, 3]);
  });
});

describe("its steps", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("come page by page until the newest is there", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (url: string) => {
      asked.push(url);
      const after = Number(/after=(\d+)/.exec(url)?.[1]);
      return new Response(
        JSON.stringify({ head: 5, events: [step(after + 1), step(after + 2)].slice(0, 5 - after) }),
      );
    });
    const parts: number[] = [];
    const steps = await fetchSteps(
      "/e",
      "&layer=1",
      (part) => parts.push(part),
      new AbortController().signal,
    );
    expect(steps.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(asked).toEqual(["/e?after=0&layer=1", "/e?after=2&layer=1", "/e?after=4&layer=1"]);
    expect(parts).toEqual([0.4, 0.8]);
  });

  it("are not there when the server refuses", async () => {
    vi.stubGlobal(
      "fetch",
      async () => new Response(JSON.stringify({ code: "stream.unknown" }), { status: 404 }),
    );
    await expect(fetchSteps("/e", "", () => undefined, new AbortController().signal)).rejects.toEqual({
      code: "stream.unknown",
    });
  });
});
