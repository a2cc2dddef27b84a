import { describe, expect, it } from "vitest";
import {
  commandIn,
  type Emoji,
  matchEmoji,
  matchPeople,
  mentionedIn,
  replaced,
  triggerAt,
} from "./suggest.ts";

const at = (text: string) => triggerAt(text, text.length);
const people = [
  { id: "1", name: "Ada Lindqvist" },
  { id: "2", name: "Ben Ortega" },
  { id: "3", name: "José Álvarez" },
];

describe("what is being written", () => {
  it.each([
    ["@", { kind: "@", from: 0, query: "" }],
    ["ask @Ada Li", { kind: "@", from: 4, query: "Ada Li" }],
    ["(@be", { kind: "@", from: 1, query: "be" }],
    ["fine :thum", { kind: ":", from: 5, query: "thum" }],
    ["/of", { kind: "/", from: 0, query: "of" }],
  ])("%s", (text, found) => expect(at(text)).toEqual(found));

  it.each([
    "mail ada@norte.example",
    "note: we",
    "at 10:30",
    ":)",
    "and/or",
    "a /offer",
    "@ ",
    "@Ada\nLi",
    "",
    ":x",
  ])("is nothing to propose for: %s", (text) => expect(at(text)).toBeNull());

  it("is looked for at the caret, not at the end", () => {
    expect(triggerAt("@be is late", 3)).toEqual({ kind: "@", from: 0, query: "be" });
  });
});

it("takes the place of what was written, and doubles no blank", () => {
  const text = "ask @be about it";
  expect(replaced(text, { kind: "@", from: 4, query: "be" }, 7, "@Ben Ortega ")).toEqual({
    text: "ask @Ben Ortega about it",
    caret: 16,
  });
});

it("finds people by any word of their name, whatever the accents", () => {
  expect(matchPeople(people, "lind").map(({ id }) => id)).toEqual(["1"]);
  expect(matchPeople(people, "alva").map(({ id }) => id)).toEqual(["3"]);
  expect(matchPeople(people, "jose a").map(({ id }) => id)).toEqual(["3"]);
  expect(matchPeople(people, "")).toHaveLength(3);
});

it("finds emoji by name first, then by their words", () => {
  const all: Emoji[] = [
    ["🚢", "ship", "boat travel"],
    ["🛳", "passenger ship", "boat"],
    ["📦", "package", "box ship"],
    ["👍", "thumbs up", "yes"],
  ];
  expect(matchEmoji(all, "ship").map(([char]) => char)).toEqual(["🚢", "🛳", "📦"]);
  expect(matchEmoji(all, "thumbs_up").map(([char]) => char)).toEqual(["👍"]);
});

it("names those whose name is still in the text", () => {
  expect(mentionedIn("@Ben Ortega, please", people)).toEqual(["2"]);
  expect(mentionedIn("Ben Ortega", people)).toEqual([]);
});

it("tells a command from a message that begins with a slash", () => {
  expect(commandIn("/offer")).toEqual({ name: "offer", rest: "" });
  expect(commandIn(" /Oferta 85,50 ")).toEqual({ name: "oferta", rest: "85,50" });
  expect(commandIn("/ is a sign")).toBeNull();
  expect(commandIn("/offer\nand more")).toBeNull();
});
