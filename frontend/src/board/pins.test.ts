import { describe, expect, it } from "vitest";
import { type Drawn, pickedOf } from "./picked.ts";
import { aPin, isOn, nextPin } from "./pins.ts";
import { placesOf } from "./places.ts";

function drawn(id: string, patch: Partial<Drawn> = {}): Drawn {
  return { id, type: "rectangle", x: 0, y: 0, width: 100, height: 50, ...patch };
}

const pin = (id: string, number: number): Drawn => ({ ...drawn(id), ...aPin(id, number, { x: 0, y: 0 }, 1) });

describe("what is selected", () => {
  it("is one thing with what is written on it", () => {
    const all = [drawn("door"), drawn("words", { type: "text", containerId: "door", text: "Front\ndoor" })];
    for (const selected of [["door"], ["words"], ["door", "words"]])
      expect(pickedOf(all, selected)).toMatchObject({ kind: "thing", title: "Front door", ids: ["door"] });
    expect(pickedOf(all, ["door"])?.element.id).toBe("door");
  });

  it("is one group, named by its largest part", () => {
    const all = [
      drawn("knob", { groupIds: ["inner", "outer"], width: 5 }),
      drawn("door", { groupIds: ["outer"] }),
      drawn("label", { groupIds: ["outer"], type: "text", text: "Door", width: 900, height: 900 }),
    ];
    expect(pickedOf(all, ["knob", "door", "label"])).toMatchObject({
      element: { id: "door" },
      title: "Door",
    });
  });

  it("is nothing where nothing, or several things, or what is deleted is selected", () => {
    const all = [drawn("a"), drawn("b"), drawn("gone", { isDeleted: true })];
    expect([pickedOf(all, []), pickedOf(all, ["a", "b"]), pickedOf(all, ["gone"])]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it("is known for a picture or a pin", () => {
    const all = [drawn("photo", { type: "image" }), pin("p", 2)];
    expect(pickedOf(all, ["photo"])?.kind).toBe("image");
    expect(pickedOf(all, ["p"])?.kind).toBe("pin");
  });
});

describe("a pin", () => {
  it("has the number after the highest that is there", () => {
    expect(nextPin([])).toBe(1);
    expect(nextPin([pin("a", 1), pin("b", 4), { ...pin("c", 9), isDeleted: true }, drawn("x")])).toBe(5);
    expect(nextPin([drawn("fake", { type: "ellipse", customData: { pin: "7" } })])).toBe(1);
  });

  it("lies around the place, and is larger when one looks from afar", () => {
    const near = aPin("a", 1, { x: 100, y: 60 }, 2);
    const far = aPin("b", 1, { x: 100, y: 60 }, 0.5);
    expect([near.x + near.width / 2, near.y + near.height / 2]).toEqual([100, 60]);
    expect(far.width).toBe(near.width * 2);
    expect(far.x + far.width / 2).toBe(100);
  });

  it("is put on the picture alone, however that is turned", () => {
    const photo = drawn("photo", { width: 200, height: 20 });
    expect([isOn(photo, { x: 5, y: 5 }), isOn(photo, { x: 5, y: 40 })]).toEqual([true, false]);
    const upright = { ...photo, angle: Math.PI / 2 };
    expect([isOn(upright, { x: 5, y: 5 }), isOn(upright, { x: 100, y: 90 })]).toEqual([false, true]);
  });
});

describe("what is said over an element", () => {
  const seen = { width: 800, height: 600 };
  const toView = (x: number, y: number) => ({ x: x * 2, y: y * 2 });

  it("stands above its element, follows the zoom, and stays within what is seen", () => {
    expect(placesOf([drawn("a", { x: 50, y: 100 })], toView, seen)).toEqual([
      { id: "a", from: "left", at: 100, top: 200, room: 692 },
    ]);
    expect(placesOf([drawn("c", { x: 250, y: 100 })], toView, seen)).toMatchObject([
      { from: "right", at: 100 },
    ]);
    const [edge] = placesOf([drawn("b", { x: -20, y: -10 })], toView, seen);
    expect(edge?.at).toBeGreaterThan(0);
    expect(edge?.top).toBeGreaterThan(20);
  });

  it("leaves the tools free that a phone has at the right", () => {
    const phone = { width: 390, height: 600 };
    const ways = [drawn("l", { x: 20, y: 50 }), drawn("r", { x: 120, y: 50 })];
    expect(placesOf(ways, toView, phone)).toMatchObject([
      { from: "left", at: 40, room: 310 },
      { from: "right", at: 40, room: 342 },
    ]);
  });

  it("is not there for what is out of sight", () => {
    const far = [
      drawn("l", { x: -200 }),
      drawn("r", { x: 500 }),
      drawn("d", { y: 400 }),
      drawn("u", { y: -90 }),
    ];
    expect(placesOf(far, toView, seen)).toEqual([]);
  });
});
