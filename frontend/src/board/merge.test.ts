import { describe, expect, it } from "vitest";
import type { BoardElement } from "../protocol/commands.ts";
import {
  type BoardSnapshot,
  commandsOf,
  compose,
  drawn,
  EMPTY_BOARD,
  fromSnapshot,
  samePoints,
  thinned,
  toSend,
  trimmed,
  wins,
  withUnknown,
} from "./merge.ts";

function el(id: string, version = 1, versionNonce = 1, more: Partial<BoardElement> = {}): BoardElement {
  return { id, type: "rectangle", version, versionNonce, isDeleted: false, x: 0, y: 0, index: "a1", ...more };
}

const stamps = (...elements: BoardElement[]): Map<string, BoardElement> =>
  new Map(elements.map((one) => [one.id, one]));

describe("which of two contents wins", () => {
  it("is the higher version, then the lower nonce", () => {
    expect(wins(el("a", 2, 9), el("a", 1, 1))).toBe(true);
    expect(wins(el("a", 1, 1), el("a", 1, 2))).toBe(true);
    expect(wins(el("a", 1, 2), el("a", 1, 2))).toBe(false);
    expect(wins(el("a", 1, 3), el("a", 1, 2))).toBe(false);
    expect(wins(el("a"), undefined)).toBe(true);
  });

  it("ends alike in whatever order contents come", () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % below;
    };
    for (let run = 0; run < 100; run += 1) {
      const all = Array.from({ length: 12 }, (_, n) =>
        el("abc"[random(3)] ?? "a", 1 + random(4), n, { x: n, isDeleted: random(3) === 0 }),
      );
      const shuffled = [...all].sort(() => random(3) - 1);
      const one = all.reduce((state, element) => drawn(state, [element], "ben"), EMPTY_BOARD);
      const other = drawn(EMPTY_BOARD, [...shuffled, ...all], "ben");
      expect(new Map(other.elements)).toEqual(new Map(one.elements));
      expect(drawn(one, shuffled, "ben")).toBe(one);
    }
  });
});

describe("a snapshot", () => {
  const snapshot: BoardSnapshot = {
    room: "r",
    elements: [el("a")],
    gone: [{ id: "b", version: 3, versionNonce: 1 }],
    authors: { ada: ["a"] },
    limits: EMPTY_BOARD.limits,
  };

  it("keeps tombstones, so that what is late does not come back", () => {
    const board = fromSnapshot(snapshot);
    expect(drawn(board, [el("b", 2)], "ben")).toBe(board);
    expect(drawn(board, [el("b", 4)], "ben").elements.get("b")).toEqual(el("b", 4));
  });

  it("says who drew what: it stays whoever's it was first, however often others change it", () => {
    const first = fromSnapshot(snapshot);
    const later = drawn(first, [el("a", 9), el("new")], "ben");
    expect([later.authors.get("a"), later.authors.get("new")]).toEqual(["ada", "ben"]);
  });
});

describe("what has to be sent", () => {
  it("is what the server has not and was not asked to take", () => {
    const scene = [el("new"), el("changed", 2), el("same"), el("under way", 3), el("older")];
    const held = stamps(el("changed"), el("same"), el("under way"), el("older", 5));
    expect(toSend(scene, held, stamps(el("under way", 3))).map(({ id }) => id)).toEqual(["new", "changed"]);
  });

  it("leaves out what was made and deleted before anybody saw it", () => {
    const deleted = el("a", 2, 1, { isDeleted: true });
    expect(toSend([deleted], new Map(), new Map())).toEqual([]);
    expect(toSend([deleted], stamps(el("a")), new Map())).toEqual([deleted]);
    expect(toSend([deleted], new Map(), stamps(el("a")))).toEqual([deleted]);
  });

  it("has the properties that this editor does not know", () => {
    const held = el("a", 1, 1, { hologram: { depth: 3 }, x: 1 });
    expect(withUnknown(el("a", 2, 2, { x: 9 }), held)).toMatchObject({
      hologram: { depth: 3 },
      x: 9,
      version: 2,
    });
    expect(withUnknown(el("a"), { id: "a", version: 1, versionNonce: 1, isDeleted: true })).toEqual(el("a"));
  });

  it("is cut into commands that the server takes", () => {
    const big = (id: string): BoardElement => el(id, 1, 1, { text: "ü".repeat(15_000) });
    expect(commandsOf([big("a"), big("b"), el("c")], EMPTY_BOARD.limits).map((one) => one.length)).toEqual([
      1, 2,
    ]);
    const many = Array.from({ length: 450 }, (_, n) => el(String(n)));
    const cut = commandsOf(many, EMPTY_BOARD.limits);
    expect(cut.map((one) => one.length)).toEqual([200, 200, 50]);
    expect(cut.flat()).toEqual(many);
    expect(commandsOf([], EMPTY_BOARD.limits)).toEqual([]);
  });

  it("has no digits of a stroke in it that nobody sees, and leaves all else as it is", () => {
    const points = [
      [0, 0],
      [1 / 3, 200 / 3],
    ];
    const stroke = el("a", 1, 1, { type: "freedraw", points, pressures: [0.5, 1 / 3] });
    const short = trimmed(stroke);
    expect(short.points).toEqual([
      [0, 0],
      [0.33, 66.67],
    ]);
    expect(short.pressures).toEqual([0.5, 0.333]);
    expect([samePoints(stroke, short), samePoints(short, trimmed(short))]).toEqual([false, true]);
    const line = el("b", 1, 1, { type: "line", points });
    expect(trimmed(line)).toBe(line);
  });

  it("has strokes of no more points than the server takes, with both ends", () => {
    const points = Array.from({ length: 1_001 }, (_, n) => [n, 0]);
    const thin = thinned(el("a", 1, 1, { points, pressures: points.map(() => 0.5) }), {
      points: 300,
      element_bytes: 49_152,
    });
    expect(thin.points?.length).toBeLessThanOrEqual(300);
    expect(thin.pressures?.length).toBe(thin.points?.length);
    expect([thin.points?.at(0), thin.points?.at(-1)]).toEqual([
      [0, 0],
      [1_000, 0],
    ]);
    const short = el("b", 1, 1, { points: [[0, 0]] });
    expect(thinned(short, { points: 300, element_bytes: 49_152 })).toBe(short);
  });
});

describe("what an editor shows", () => {
  const nothing = {
    local: [] as BoardElement[],
    held: [] as BoardElement[],
    moving: [] as BoardElement[],
    gone: [],
    shownMoving: new Map(),
    inHand: new Set<string>(),
  };

  it("is what the server has, and one's own that is newer", () => {
    const own = el("a", 3);
    const { scene } = compose({ ...nothing, local: [own, el("b")], held: [el("a", 2), el("b", 2), el("c")] });
    expect(scene.map(({ id, version }) => [id, version])).toEqual([
      ["a", 3],
      ["b", 2],
      ["c", 1],
    ]);
    expect(scene[0]).toBe(own);
  });

  it("keeps in the person's hand what they are working on", () => {
    const { scene } = compose({
      ...{ ...nothing, local: [el("a")], held: [el("a", 9)] },
      inHand: new Set(["a"]),
    });
    expect(scene[0]?.version).toBe(1);
  });

  it("deletes what was deleted by others, and shows nothing of what it never had", () => {
    const { scene } = compose({
      ...{ ...nothing, local: [el("a")] },
      gone: [
        { id: "a", version: 2, versionNonce: 1, isDeleted: true as const },
        { id: "b", version: 2, versionNonce: 1, isDeleted: true as const },
      ],
    });
    expect(scene.map(({ id, isDeleted }) => [id, isDeleted])).toEqual([["a", true]]);
  });

  it("shows what others have in motion, and puts it back when they let go", () => {
    const moving = el("a", 5, 1, { x: 50 });
    const first = compose({ ...nothing, local: [el("a")], held: [el("a")], moving: [moving, el("new", 2)] });
    expect(first.scene.map(({ id, x }) => [id, x])).toEqual([
      ["a", 50],
      ["new", 0],
    ]);
    const then = compose({ ...nothing, local: first.scene, held: [el("a")], shownMoving: first.moving });
    expect(then.scene).toEqual([el("a")]);
    expect(then.moving.size).toBe(0);
  });

  it("lies in the order of the pile, whoever put it there", () => {
    const { scene } = compose({
      ...nothing,
      held: [
        el("c", 1, 1, { index: "a2" }),
        el("z", 1, 1, { index: null }),
        el("b", 1, 1, { index: "a1" }),
        el("a", 1, 1, { index: "a1" }),
        el("d", 1, 1, { index: "Zz" }),
      ],
    });
    expect(scene.map(({ id }) => id)).toEqual(["d", "a", "b", "c", "z"]);
  });
});
