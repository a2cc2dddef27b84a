import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BoardElement } from "../protocol/commands.ts";
import type { RoomStore } from "../room/store.ts";
import { BUYER, FakeSocket, SELLER, TABLE } from "../room/testing.ts";
import { BoardSync } from "./BoardSync.ts";
import { EMPTY_BOARD } from "./merge.ts";
import { BOARD, boardStore, el, FakeEditor, FakeImages } from "./testing.ts";

const photo = (name: string): BoardElement => el(`photo of ${name}`, 1, { type: "image", fileId: name });

const drawnIds = (): string[][] =>
  socket.of("board.draw").map(({ elements }) => elements.map(({ id }) => id));

let pictures: FakeImages;
let socket: FakeSocket;
let store: RoomStore;
let editor: FakeEditor;
let sync: BoardSync;
let takenBack: unknown[];
let seq: number;

function opened(mayDraw = true, elements: BoardElement[] = []): void {
  socket = new FakeSocket();
  store = boardStore(() => socket);
  store.start();
  socket.welcome();
  store.openBoard(store.config.board ?? "");
  socket.gives({
    ...{
      t: "snapshot",
      stream: BOARD,
      kind: "board",
      room: TABLE,
      head: 0,
      hash: "h0",
      first: 1,
      events: [],
    },
    you: { side: "buyer", may_draw: mayDraw },
    state: { room: TABLE, elements, gone: [], authors: {}, limits: EMPTY_BOARD.limits },
  });
  socket.gives({ t: "presence", stream: BOARD, people: [BUYER, SELLER], count: 2 });
  takenBack = [];
  seq = 0;
  editor = new FakeEditor();
  pictures = new FakeImages();
  sync = new BoardSync(
    store,
    BOARD,
    (one) => ({ ...one }),
    (reason) => takenBack.push(reason),
    pictures,
  );
  editor.elements = sync.scene();
  sync.start(editor);
}

function draws(by: string, ...elements: BoardElement[]): void {
  seq += 1;
  const event = { seq, kind: "board.drawn" as const, by, at: "2026-03-02T09:00:00Z", hash: `h${seq}` };
  socket.gives({ t: "events", stream: BOARD, events: [{ ...event, body: { elements } }] });
}

beforeEach(() => {
  vi.useFakeTimers();
  opened();
});
afterEach(() => {
  sync.stop();
  store.stop();
  vi.useRealTimers();
});

describe("what one draws", () => {
  it("is sent once, when the pointer goes up", () => {
    editor.now = { busy: true, stroke: null, ids: new Set(["a"]) };
    for (let version = 1; version <= 5; version += 1) {
      editor.elements = [el("a", version)];
      sync.changed();
    }
    vi.advanceTimersByTime(5_000);
    expect(socket.of("board.draw")).toEqual([]);
    editor.now = { busy: false, stroke: null, ids: new Set() };
    sync.lifted();
    vi.advanceTimersByTime(0);
    sync.changed();
    vi.advanceTimersByTime(5_000);
    expect(socket.of("board.draw").map(({ elements }) => elements)).toEqual([[el("a", 5)]]);
  });

  it("is sent after a pause when there was no pointer, such as by keys", () => {
    for (let version = 1; version <= 9; version += 1) {
      editor.elements = [el("a", version)];
      sync.changed();
      vi.advanceTimersByTime(100);
    }
    expect(socket.of("board.draw")).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(socket.of("board.draw").map(({ elements }) => elements)).toEqual([[el("a", 9)]]);
  });

  it("is in motion for the others at most 20 times a second, and ends", () => {
    editor.now = { busy: true, stroke: null, ids: new Set(["a"]) };
    for (let at = 0; at < 1_000; at += 10) {
      editor.elements = [el("a", at)];
      sync.changed();
      vi.advanceTimersByTime(10);
    }
    const signs = socket.of("board.sketch");
    expect(signs.length).toBeGreaterThan(12);
    expect(signs.length).toBeLessThanOrEqual(20);
    editor.elements = [];
    editor.now = { busy: false, stroke: null, ids: new Set() };
    sync.changed();
    expect(socket.of("board.sketch").at(-1)?.elements).toEqual([]);
  });

  it("is sent again under its id after a lost connection, and never doubled", () => {
    editor.elements = [el("a")];
    sync.flush();
    const [first] = socket.of("board.draw");
    const lost = socket;
    socket = new FakeSocket();
    lost.drops(1006);
    vi.advanceTimersByTime(10_000);
    socket.welcome();
    sync.changed();
    vi.advanceTimersByTime(1_000);
    expect(first?.elements).toEqual([el("a")]);
    expect(socket.of("board.draw")).toEqual([first]);
  });

  it("is sent again as it was, whatever the editor does to it meanwhile", () => {
    const own = el("a", 1, { x: 1 });
    editor.elements = [own];
    sync.flush();
    const lost = socket;
    socket = new FakeSocket();
    lost.drops(1006);
    Object.assign(own, { version: 2, x: 2 });
    vi.advanceTimersByTime(10_000);
    socket.welcome();
    expect(socket.of("board.draw").map(({ elements }) => elements)).toEqual([[el("a", 1, { x: 1 })]]);
  });

  it("is shown as it was sent: a stroke of too many points, and what somebody else had put to it", () => {
    draws(SELLER, el("a", 2, { glow: 7 }));
    const points = Array.from({ length: EMPTY_BOARD.limits.points + 1 }, (_, at) => [at, at / 3]);
    const stroke = el("s", 1, { type: "freedraw", points });
    editor.elements = [el("a", 3), stroke, el("b")];
    sync.flush();
    const sent = socket.of("board.draw")[0]?.elements;
    expect(sent?.[1]?.points).toHaveLength(1_001);
    expect(sent?.[1]?.points?.[1]).toEqual([2, 0.67]);
    expect(sent?.[0]?.glow).toBe(7);
    expect(editor.elements).toEqual(sent);
  });

  it("keeps what only the server knew, even of what was deleted and of what somebody has in motion", () => {
    draws(SELLER, el("a", 1, { glow: 7 }));
    editor.elements = [el("a", 2, { isDeleted: true })];
    const at = { t: "snapshot" as const, stream: BOARD, kind: "board" as const, room: TABLE };
    const gone = [{ id: "a", version: 2, versionNonce: 1 }];
    socket.gives({
      ...{ ...at, head: 9, hash: "h9", first: 1, events: [], you: { side: "buyer", may_draw: true } },
      state: { room: TABLE, elements: [], gone, authors: {}, limits: EMPTY_BOARD.limits },
    });
    const data = { elements: [el("b", 3, { glow: 8 })], stroke: null };
    socket.gives({ t: "ephemeral", stream: BOARD, kind: "board.sketch", by: SELLER, data });
    editor.elements = [el("a", 3), el("b", 4)];
    sync.flush();
    expect(socket.of("board.draw")[0]?.elements).toMatchObject([{ glow: 7 }, { glow: 8 }]);
  });

  it("goes back to what the server has when it is refused", async () => {
    draws(SELLER, el("theirs"));
    editor.elements = [el("theirs", 2, { x: 9 }), el("mine")];
    sync.flush();
    const id = socket.of("board.draw")[0]?.id ?? "";
    const no = { code: "board.full", message: "full", temporary: false, retry_after_ms: null };
    socket.gives({ t: "refused", id, ...no });
    await vi.advanceTimersByTimeAsync(0);
    expect(editor.elements).toEqual([el("theirs")]);
    expect(takenBack).toMatchObject([{ code: "board.full" }]);
  });

  it("is never more than a frame holds: a stroke is thinned until it fits, all else is taken back", () => {
    const { element_bytes, points } = EMPTY_BOARD.limits;
    const fine = Array.from({ length: points }, (_, at) => [at + 1 / 3, at + 2 / 3]);
    editor.elements = [
      el("s", 1, { type: "line", points: fine }),
      el("t", 1, { customData: "x".repeat(element_bytes) }),
    ];
    sync.flush();
    const sent = socket.of("board.draw").flatMap(({ elements }) => elements);
    expect(sent.map(({ id }) => id)).toEqual(["s"]);
    expect(JSON.stringify(sent[0]).length).toBeLessThanOrEqual(element_bytes);
    expect([sent[0]?.points?.at(0), sent[0]?.points?.at(-1)]).toEqual([fine.at(0), fine.at(-1)]);
    expect(takenBack).toMatchObject([{ code: "frame.malformed" }]);
    expect(editor.elements).toEqual(sent);
  });

  it("never has a page of another site in it: that is taken back at once", () => {
    editor.elements = [el("page", 1, { type: "embeddable" }), el("fine")];
    sync.flush();
    expect(editor.elements.map(({ id }) => id)).toEqual(["fine"]);
    expect(socket.of("board.draw").map(({ elements }) => elements.map(({ id }) => id))).toEqual([["fine"]]);
    expect(takenBack).toEqual([null]);
  });

  it("has a picture once its bytes are there, and all else at once", async () => {
    editor.elements = [photo("p"), el("fine")];
    sync.flush();
    sync.flush();
    expect(drawnIds()).toEqual([["fine"]]);
    expect(pictures.asked).toEqual(["p", "p"]);
    pictures.there.add("p");
    pictures.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(drawnIds()).toEqual([["fine"], ["photo of p"]]);
  });

  it("has no picture that was refused: it is taken back in words", async () => {
    editor.elements = [photo("p"), el("fine")];
    sync.flush();
    pictures.refuse({ code: "picture.unreadable", message: "cannot be read" });
    await vi.advanceTimersByTimeAsync(0);
    expect(editor.elements.map(({ id }) => id)).toEqual(["fine"]);
    expect(takenBack).toMatchObject([{ code: "picture.unreadable" }]);
  });

  it("has a picture whose bytes were under way when the board was closed", async () => {
    editor.elements = [photo("p")];
    sync.flush();
    sync.stop();
    pictures.there.add("p");
    pictures.answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(drawnIds()).toEqual([["photo of p"]]);
  });

  it("stays at home for who may only look", () => {
    sync.stop();
    opened(false);
    editor.elements = [el("a")];
    sync.changed();
    sync.flush();
    vi.advanceTimersByTime(1_000);
    expect(socket.of("board.draw")).toEqual([]);
    expect(socket.of("board.sketch")).toEqual([]);
  });
});

describe("what others draw", () => {
  it("is there from the first moment, and as it comes", () => {
    sync.stop();
    opened(true, [el("a")]);
    expect(editor.elements).toEqual([el("a")]);
    draws(SELLER, el("b"), el("a", 2, { isDeleted: true }));
    expect(editor.elements.map(({ id, isDeleted }) => [id, isDeleted])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    sync.changed();
    vi.advanceTimersByTime(1_000);
    expect(socket.of("board.draw")).toEqual([]);
  });

  it("brings the pictures that it shows", () => {
    draws(SELLER, photo("theirs"), el("gone", 2, { type: "image", fileId: "old", isDeleted: true }));
    expect(new Set(pictures.wanted)).toEqual(new Set(["theirs"]));
  });

  it("is seen in motion and is not taken for one's own", () => {
    const data = { elements: [el("a", 3, { x: 40 })], stroke: null };
    socket.gives({ t: "ephemeral", stream: BOARD, kind: "board.sketch", by: SELLER, data });
    expect(editor.elements).toEqual([el("a", 3, { x: 40 })]);
    sync.changed();
    vi.advanceTimersByTime(1_000);
    expect(socket.of("board.draw")).toEqual([]);
    draws(SELLER, el("a", 4, { x: 44 }));
    expect(editor.elements).toEqual([el("a", 4, { x: 44 })]);
  });

  it("grows as it is drawn, and stays the other's, whatever the editor does to its copy", () => {
    const sign = (start: number, look: boolean): void => {
      const points = [[start, 0]];
      const elements = look ? [el("s", 2, { type: "freedraw", points: [] })] : [];
      const data = { elements, stroke: { id: "s", start, points } };
      socket.gives({ t: "ephemeral", stream: BOARD, kind: "board.sketch", by: SELLER, data });
    };
    sign(0, true);
    for (let start = 1; start <= 3; start += 1) {
      editor.elements = editor.elements.map((one) => ({ ...one, version: 9, index: "a7" }));
      sign(start, false);
    }
    expect(editor.elements.map(({ points }) => points?.length)).toEqual([4]);
    editor.elements = editor.elements.map((one) => ({ ...one, version: 9, index: "a7" }));
    sync.changed();
    vi.advanceTimersByTime(1_000);
    sync.flush();
    expect(socket.of("board.draw")).toEqual([]);
    draws(SELLER, el("s", 3, { type: "freedraw", points: [[0, 0]] }));
    expect(editor.elements).toEqual([el("s", 3, { type: "freedraw", points: [[0, 0]] })]);
    // What was given up is gone.
    sign(0, true);
    socket.gives({ t: "ephemeral", stream: BOARD, kind: "board.sketch", by: SELLER, data: {} });
    expect(editor.elements.map(({ version }) => version)).toEqual([3]);
  });

  it("comes back when the editor has lost it, and is not asked of an editor that cannot show it", () => {
    sync.stop();
    opened(true, [el("a"), el("b", 1, { type: "iframe" })]);
    expect(editor.elements.map(({ id }) => id)).toEqual(["a"]);
    editor.elements = [];
    draws(SELLER, el("c"));
    expect(editor.elements.map(({ id }) => id)).toEqual(["a", "c"]);
    const before = editor.shown;
    draws(SELLER, el("b", 2, { type: "iframe" }));
    expect(editor.shown).toBe(before);
  });

  it("does not take out of one's hand what one is drawing, and is there afterwards", () => {
    editor.elements = [el("a", 2, { x: 1 })];
    editor.now = { busy: true, stroke: null, ids: new Set(["a"]) };
    draws(SELLER, el("a", 7, { x: 70 }));
    expect(editor.elements[0]?.x).toBe(1);
    editor.now = { busy: false, stroke: null, ids: new Set() };
    draws(SELLER, el("b"));
    expect(editor.elements.find(({ id }) => id === "a")?.x).toBe(70);
  });

  it("changes nothing on the screen when it is what one has drawn oneself", () => {
    editor.elements = [el("a")];
    sync.flush();
    const before = editor.shown;
    draws(BUYER, el("a"));
    expect(editor.shown).toBe(before);
    sync.changed();
    vi.advanceTimersByTime(1_000);
    expect(socket.of("board.draw")).toHaveLength(1);
  });
});
