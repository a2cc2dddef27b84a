import { describe, expect, it } from "vitest";
import type { BoardElement } from "../protocol/commands.ts";
import { SKETCH_FOR_MS, SketchBook, type SketchData, SketchSender } from "./sketch.ts";

const HERE = new Set(["ben"]);

function stroke(points: number, version = points): BoardElement {
  return {
    ...{ id: "s", type: "freedraw", version, versionNonce: 1, isDeleted: false, x: 5, y: 6, index: "a1" },
    points: Array.from({ length: points }, (_, n) => [n, n * 2]),
    pressures: Array.from({ length: points }, () => 0.5),
  };
}

const copy = (data: SketchData): SketchData => JSON.parse(JSON.stringify(data)) as SketchData;

describe("a stroke that grows", () => {
  it("arrives as its new points and is whole on the other side", () => {
    const [sender, book] = [new SketchSender(), new SketchBook()];
    let sent = 0;
    for (let points = 3; points <= 300; points += 3) {
      const sign = copy(sender.stroke(stroke(points)));
      sent += JSON.stringify(sign).length;
      book.take("ben", sign, 0);
    }
    expect(book.elements()[0]?.points).toEqual(stroke(300).points);
    const whole = Array.from({ length: 100 }, (_, n) => JSON.stringify(stroke(3 * n + 3)).length);
    expect(sent * 10).toBeLessThan(whole.reduce((a, b) => a + b));
  });

  it("says nothing of what it has not", () => {
    const sender = new SketchSender();
    const mouse = (points: number): BoardElement => ({ ...stroke(points), pressures: [] });
    sender.stroke(mouse(3));
    const sign = copy(sender.stroke(mouse(5)));
    expect(sign).toEqual({ stroke: { id: "s", start: 3, points: stroke(5).points?.slice(3) } });
  });

  it("is bridged by a straight line where a sign was lost", () => {
    const [sender, book] = [new SketchSender(), new SketchBook()];
    const signs = [3, 6, 9].map((points) => copy(sender.stroke(stroke(points))));
    for (const at of [0, 2]) book.take("ben", signs[at] as SketchData, 0);
    expect(book.elements()[0]?.points?.map(([x]) => x)).toEqual([0, 1, 2, 6, 7, 8]);
  });

  it("appears at once though its first signs came so close together that only the newest was passed on", () => {
    const [sender, book] = [new SketchSender(), new SketchBook()];
    const signs = Array.from({ length: 3 }, (_, n) => copy(sender.stroke(stroke(n + 1))));
    for (const sign of signs.slice(1)) book.take("ben", sign, 0);
    expect(book.elements()[0]?.id).toBe("s");
  });

  it("appears late for whoever came late", () => {
    const [sender, book] = [new SketchSender(), new SketchBook()];
    const signs = Array.from({ length: 41 }, (_, n) => copy(sender.stroke(stroke(n + 1))));
    for (const sign of signs.slice(3, 40)) book.take("ben", sign, 0);
    expect(book.elements()).toEqual([]);
    book.take("ben", signs[40] as SketchData, 0);
    expect(book.elements()[0]?.id).toBe("s");
  });
});

describe("what others have in motion", () => {
  const moved: BoardElement = { ...stroke(2, 4), id: "m", type: "rectangle" };

  it("ends when they say so, when it is finished, when they are gone, and after a while", () => {
    for (const end of ["said", "finished", "gone", "late"]) {
      const book = new SketchBook();
      book.take("ben", { elements: [moved], stroke: null }, 0);
      book.settle(new Map(), HERE, 1_000);
      expect(book.elements()).toEqual([moved]);
      if (end === "said") book.take("ben", { elements: [], stroke: null }, 1_000);
      const held = end === "finished" ? new Map([["m", { version: 5, versionNonce: 1 }]]) : new Map();
      book.settle(held, end === "gone" ? new Set() : HERE, end === "late" ? SKETCH_FOR_MS : 1_000);
      expect(book.elements()).toEqual([]);
    }
  });

  it("never has pictures or pages of other sites in it", () => {
    const book = new SketchBook();
    book.take("ben", { elements: [{ ...moved, type: "iframe" }, moved], stroke: null }, 0);
    expect(book.elements()).toEqual([moved]);
  });

  it("is as much as one sign may carry", () => {
    const many = Array.from({ length: 40 }, (_, n) => ({ ...moved, id: String(n) }));
    expect(new SketchSender().elements(many).elements?.length).toBe(20);
    const large = many.map((one) => ({ ...one, text: "x".repeat(4_000) }));
    expect(JSON.stringify(new SketchSender().elements(large)).length).toBeLessThan(16_384);
  });
});
