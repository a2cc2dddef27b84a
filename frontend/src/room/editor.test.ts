import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const loaded = vi.fn();
vi.mock("../board/island.ts", () => {
  loaded();
  return { BoardLane: () => null };
});

vi.mock("../i18n/pieces.ts", () => ({ wordsOfPieces: { load: async () => undefined } }));

describe("the board's editor", () => {
  let kept: Map<string, string>;
  let idle: (() => void)[];

  beforeEach(() => {
    kept = new Map();
    idle = [];
    loaded.mockClear();
    vi.resetModules();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
    });
    vi.stubGlobal("requestIdleCallback", (act: () => void) => idle.push(act));
    vi.stubGlobal("cancelIdleCallback", () => idle.pop());
  });
  afterEach(() => vi.unstubAllGlobals());

  it("is not loaded where no board was ever opened", async () => {
    const { loadEditorAhead } = await import("./editor.ts");
    loadEditorAhead();
    expect(idle).toEqual([]);
  });

  it("is loaded in an idle moment where one was, and once", async () => {
    const { loadEditor, loadEditorAhead, noteOpened } = await import("./editor.ts");
    noteOpened();
    loadEditorAhead();
    expect(loaded).not.toHaveBeenCalled();
    for (const act of idle) act();
    await loadEditor();
    await loadEditor();
    expect(loaded).toHaveBeenCalledTimes(1);
  });

  it("is left alone when the room is gone before there was time, or data is to be saved", async () => {
    const { loadEditorAhead, noteOpened } = await import("./editor.ts");
    noteOpened();
    loadEditorAhead()();
    expect(idle).toEqual([]);
    vi.stubGlobal("navigator", { connection: { saveData: true } });
    loadEditorAhead();
    expect(idle).toEqual([]);
  });

  it("is opened as before where nothing may be kept", async () => {
    vi.stubGlobal("localStorage", undefined);
    const { loadEditor, loadEditorAhead, noteOpened } = await import("./editor.ts");
    noteOpened();
    loadEditorAhead();
    expect(idle).toEqual([]);
    expect((await loadEditor()).BoardLane).toBeDefined();
  });
});
