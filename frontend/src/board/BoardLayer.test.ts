import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BoardElement } from "../protocol/commands.ts";
import type { RoomStore } from "../room/store.ts";
import { BUYER, FakeSocket, SELLER, TABLE } from "../room/testing.ts";
import { BoardSync } from "./BoardSync.ts";
import { EMPTY_BOARD } from "./merge.ts";
import { BOARD, boardStore, el, FakeEditor, FakeImages } from "./testing.ts";

const LAYER = "0199aaaa-0000-7000-8000-0000000000e1";

let socket: FakeSocket;
let store: RoomStore;
let editor: FakeEditor;
let sync: BoardSync;
let behind: FakeImages;
let pictures: FakeImages;

function snapshot(stream: string, kind: "board" | "layer", elements: BoardElement[]): void {
  socket.gives({
    ...{ t: "snapshot", stream, kind, room: TABLE, head: 0, hash: "h0", first: 1, events: [] },
    you: { side: "buyer", may_draw: true },
    state: { room: TABLE, elements, gone: [], authors: {}, limits: EMPTY_BOARD.limits },
  });
}

const seqs = { [BOARD]: 0, [LAYER]: 0 };
function draws(stream: typeof BOARD | typeof LAYER, ...elements: BoardElement[]): void {
  seqs[stream] = (seqs[stream] ?? 0) + 1;
  const seq = seqs[stream] ?? 0;
  const event = {
    seq,
    kind: "board.drawn" as const,
    by: SELLER,
    at: "2026-03-02T09:00:00Z",
    hash: `h${seq}`,
  };
  socket.gives({ t: "events", stream, events: [{ ...event, body: { elements } }] });
}

function opened(both: BoardElement[], own: BoardElement[] = []): void {
  seqs[BOARD] = 0;
  seqs[LAYER] = 0;
  socket = new FakeSocket();
  store = boardStore(() => socket, LAYER);
  store.start();
  socket.welcome();
  for (const id of [BOARD, LAYER]) store.openBoard(id);
  snapshot(BOARD, "board", both);
  snapshot(LAYER, "layer", own);
  editor = new FakeEditor();
  behind = new FakeImages();
  pictures = new FakeImages();
  sync = new BoardSync(
    store,
    LAYER,
    (one) => ({ ...one }),
    () => undefined,
    pictures,
    { stream: BOARD, images: behind },
  );
  editor.elements = sync.scene();
  sync.start(editor);
}

const sent = (): { stream: string; ids: string[] }[] =>
  socket.of("board.draw").map(({ stream, elements }) => ({ stream, ids: elements.map(({ id }) => id) }));

const shown = (id: string): BoardElement | undefined => editor.elements.find((one) => one.id === id);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  sync.stop();
  store.stop();
  vi.useRealTimers();
});

describe("a layer over the board of both", () => {
  it("shows that board faint and out of reach, and its own elements as they are", () => {
    opened([el("theirs", 1, { opacity: 100 })], [el("note")]);
    expect(shown("theirs")).toMatchObject({ locked: true, opacity: 45 });
    expect(shown("note")).toEqual(el("note"));
  });

  it("sends what is drawn to its own stream, and nothing of what lies behind, whatever the editor did to it", () => {
    opened([el("theirs"), el("other")]);
    editor.elements = [
      ...editor.elements.map((one) =>
        one.id === "theirs" ? { ...one, version: 9, boundElements: [] } : one,
      ),
      el("note", 1, { index: "a2" }),
    ];
    sync.changed();
    vi.advanceTimersByTime(5_000);
    expect(sent()).toEqual([{ stream: LAYER, ids: ["note"] }]);
    editor.elements = editor.elements.map((one) =>
      one.id === "other" ? { ...one, version: 9, isDeleted: true } : one,
    );
    sync.changed();
    sync.flush();
    expect(sent()).toHaveLength(1);
  });

  it("sends no sign of itself to the others on the board", () => {
    opened([]);
    editor.now = { busy: true, stroke: null, ids: new Set(["note"]) };
    editor.elements = [el("note")];
    sync.changed();
    vi.advanceTimersByTime(500);
    expect(socket.of("board.sketch").map(({ stream }) => stream)).toEqual([LAYER]);
  });

  it("follows what the others draw and delete meanwhile, over what the editor did to its copy", () => {
    opened([el("theirs", 1, { x: 1 })]);
    editor.elements = editor.elements.map((one) => ({ ...one, version: 9 }));
    draws(BOARD, el("theirs", 2, { x: 2 }), el("new"));
    expect(shown("theirs")).toMatchObject({ x: 2, version: 2, locked: true });
    expect(shown("new")).toMatchObject({ locked: true });
    draws(BOARD, el("theirs", 3, { isDeleted: true }));
    expect(shown("theirs")?.isDeleted).not.toBe(false);
  });

  it("follows what a colleague draws on it", () => {
    opened([el("theirs")]);
    draws(LAYER, el("note"));
    expect(shown("note")).toEqual(el("note"));
  });

  it("shows its own where both have an element of one id, and the other one again once that is gone", () => {
    opened([el("copy", 5, { x: 1 })], [el("copy", 2, { x: 2 })]);
    expect(shown("copy")).toEqual(el("copy", 2, { x: 2 }));
    draws(LAYER, el("copy", 3, { x: 2, isDeleted: true }));
    expect(shown("copy")).toMatchObject({ x: 1, locked: true });
  });

  it("fetches the pictures of each from where they are", () => {
    const photo = (id: string): BoardElement => el(id, 1, { type: "image", fileId: `file of ${id}` });
    opened([photo("theirs")], [photo("own")]);
    expect(new Set(behind.wanted)).toEqual(new Set(["file of theirs"]));
    expect(new Set(pictures.wanted)).toEqual(new Set(["file of own"]));
  });

  it("is drawn on by who is not muted, whatever is locked", () => {
    opened([]);
    expect(store.mayDraw(LAYER)).toBe(true);
    expect(store.getView().you.id).toBe(BUYER);
  });
});
