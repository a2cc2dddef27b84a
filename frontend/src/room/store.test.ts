import { beforeEach, describe, expect, it, vi } from "vitest";
import type { RoomConfig } from "./config.ts";
import { type Box, Keep } from "./keep.ts";
import { opened } from "./opening.ts";
import { emptyStream } from "./roomState.ts";
import { RoomStore } from "./store.ts";
import { aMessage, anOffer, BUYER, FakeSocket, OPENED, SELLER, SNAPSHOT, TABLE } from "./testing.ts";

function memory(): Box {
  const held = new Map<string, string>();
  return {
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
  };
}

const CAUCUS = "0199aaaa-0000-7000-8000-0000000000ca";
const config: RoomConfig = {
  room: TABLE,
  table: TABLE,
  board: null,
  boardPictureUrl: null,
  layer: null,
  caucus: CAUCUS,
  title: "Pumps",
  socketUrl: "ws://test/ws/",
  language: "en",
  side: "buyer",
  person: BUYER,
  orderUrl: null,
  listingUrl: null,
  listingsUrl: "/api/v1/listings",
  peopleUrl: "/api/v1/rooms/r/people",
  searchUrl: "/api/v1/rooms/search",
  searchPageUrl: "/rooms/search/",
  filesUrl: "/api/v1/rooms/r/files",
  csrf: "",
  dealsUrl: null,
  evidenceUrl: null,
  roomUrl: "/api/v1/rooms/r/",
  verifyUrl: null,
  loginUrl: "/",
  accountUrl: null,
  iconsUrl: "/icons.svg",
};

let lasting: Box;
let tab: Box;
let sockets: FakeSocket[];

function enter(): RoomStore {
  const store = new RoomStore(config, new Keep(TABLE, BUYER, lasting, tab), () => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket;
  });
  store.start();
  return store;
}

const line = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error("nobody has connected");
  return socket;
};

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  lasting = memory();
  tab = memory();
  sockets = [];
});

describe("a message", () => {
  it("shows at once, and is gone from the waiting ones when it is answered", async () => {
    const store = enter();
    line().welcome();
    store.sendMessage(TABLE, "Hi");
    expect(store.getView().pending).toMatchObject([{ text: "Hi", status: "pending" }]);
    const [frame] = line().of("message.send");
    line().gives({ t: "ack", id: frame?.id ?? "", stream: TABLE, seq: 2, hash: "h2" });
    await settled();
    expect(store.getView().pending).toEqual([]);
  });

  it("that is refused stays with its reason, and is judged anew under the same id", async () => {
    const store = enter();
    line().welcome();
    store.sendMessage(TABLE, "Hi");
    const id = line().of("message.send")[0]?.id ?? "";
    line().gives({
      t: "refused",
      id,
      code: "message.blank",
      message: "Say something.",
      temporary: false,
      retry_after_ms: null,
    });
    await settled();
    expect(store.getView().pending).toMatchObject([{ status: "failed", reason: { code: "message.blank" } }]);
    store.retry(id);
    expect(
      line()
        .of("message.send")
        .map((frame) => frame.id),
    ).toEqual([id, id]);
  });

  it("written offline survives a reload and is sent once, under its id", async () => {
    enter().sendMessage(TABLE, "from the train");
    const before = JSON.parse(tab.getItem(`hub:${TABLE}:${BUYER}:unsent`) ?? "[]") as { id: string }[];
    const again = enter();
    line().welcome();
    expect(line().of("message.send")).toMatchObject([{ id: before[0]?.id, text: "from the train" }]);
    line().gives({ t: "ack", id: before[0]?.id ?? "", stream: TABLE, seq: 2, hash: "h2" });
    await settled();
    expect(again.getView().pending).toEqual([]);
    expect(tab.getItem(`hub:${TABLE}:${BUYER}:unsent`)).toBe("[]");
  });

  it("that answers another one still does so when it was written offline", async () => {
    enter().sendMessage(TABLE, "SiC.", 7);
    enter();
    line().welcome();
    expect(line().of("message.reply")).toMatchObject([{ text: "SiC.", answers: 7 }]);
    expect(line().of("message.send")).toEqual([]);
  });

  it("with files goes as one that has them, and survives a reload without a word", async () => {
    const file = { id: "f1", name: "a.pdf", type: "application/pdf", bytes: 9, sha256: "" };
    enter().sendMessage(TABLE, "", 7, { attachments: [file] });
    const again = enter();
    line().welcome();
    expect(line().of("message.attach")).toMatchObject([{ text: "", answers: 7, attachments: ["f1"] }]);
    const id = line().of("message.attach")[0]?.id ?? "";
    const refusal = { code: "file.unknown", message: "", temporary: false, retry_after_ms: null };
    line().gives({ t: "refused", id, ...refusal });
    await settled();
    again.discard(id, true);
    expect(again.uploads.of(TABLE)).toMatchObject([{ state: "ready", name: "a.pdf" }]);
    expect(again.getView().pending).toEqual([]);
  });

  it("that failed before a reload waits for its author", async () => {
    const store = enter();
    line().welcome();
    store.sendMessage(TABLE, "Hi");
    const id = line().of("message.send")[0]?.id ?? "";
    line().gives({ t: "refused", id, code: "x", message: "No.", temporary: false, retry_after_ms: null });
    await settled();
    const again = enter();
    line().welcome();
    expect(again.getView().pending).toMatchObject([{ id, status: "failed" }]);
    expect(line().of("message.send")).toEqual([]);
    again.discard(id);
    expect(again.getView().pending).toEqual([]);
  });
});

describe("streams", () => {
  it("are resumed from what was folded", () => {
    const store = enter();
    line().welcome();
    line().gives(SNAPSHOT);
    line().gives({ t: "events", stream: TABLE, events: [OPENED, aMessage(2, SELLER, "Hi")] });
    line().drops(4503);
    store.socket.wake();
    line().welcome();
    expect(line().of("hello")[0]?.streams).toEqual({
      [TABLE]: { after: 2, hash: "h2" },
      [CAUCUS]: { after: 0, hash: null },
    });
  });

  it("with a gap are asked for once, from the last number", () => {
    const store = enter();
    line().welcome();
    line().gives(SNAPSHOT);
    line().gives({ t: "events", stream: TABLE, events: [aMessage(5, SELLER, "e")] });
    line().gives({ t: "events", stream: TABLE, events: [aMessage(6, SELLER, "f")] });
    expect(line().of("stream.open")).toMatchObject([{ stream: TABLE, after: 1, hash: "h1" }]);
    expect(store.getView().streams[TABLE]?.head).toBe(1);
  });

  it("tell what is heard live, each event once", () => {
    const store = enter();
    const heard: number[] = [];
    store.onHeard((_, events) => heard.push(...events.map(({ seq }) => seq)));
    line().welcome();
    line().gives(SNAPSHOT);
    line().gives({ t: "events", stream: TABLE, events: [OPENED, aMessage(2, SELLER, "Hi")] });
    expect(heard).toEqual([2]);
  });

  it("that may not be read are named and not asked for again", () => {
    const store = enter();
    line().welcome();
    line().gives({
      t: "refused",
      id: null,
      stream: CAUCUS,
      code: "stream.unknown",
      message: "No such stream.",
      temporary: false,
      retry_after_ms: null,
    });
    line().drops(1006);
    store.socket.wake();
    line().welcome();
    expect(Object.keys(line().of("hello")[0]?.streams ?? {})).toEqual([TABLE]);
  });

  it("bring older events before the first", async () => {
    const store = enter();
    line().welcome();
    line().gives({
      t: "snapshot",
      stream: TABLE,
      kind: "table",
      room: TABLE,
      head: 60,
      hash: "h60",
      you: { side: "buyer" },
      state: { participants: [], offers: [] } as never,
      first: 60,
      events: [aMessage(60, SELLER, "new")],
    });
    const loading = store.loadOlder(TABLE);
    void store.loadOlder(TABLE);
    const asked = line().of("history");
    expect(asked).toMatchObject([{ before: 60 }]);
    line().gives({
      t: "history",
      id: asked[0]?.id ?? "",
      stream: TABLE,
      events: [aMessage(59, SELLER, "old")],
    });
    await loading;
    expect(store.getView().streams[TABLE]?.events.map(({ seq }) => seq)).toEqual([59, 60]);
  });
});

it("an offer is marked as seen once", () => {
  const store = enter();
  line().welcome();
  const { version } = anOffer(3, "seller", 1);
  store.markSeen(version);
  store.markSeen(version);
  expect(line().of("offer.seen")).toMatchObject([{ version: 3, stream: TABLE }]);
});

it("who is here is believed until the line is lost", () => {
  const store = enter();
  line().welcome();
  line().gives({ t: "presence", stream: TABLE, people: [SELLER], count: 1 });
  expect(store.getView().present[TABLE]).toEqual([SELLER]);
  line().drops(1006);
  expect(store.getView().present[TABLE]).toBeUndefined();
});

it("a stream that cannot be opened for the moment is asked for again", () => {
  vi.useFakeTimers();
  enter();
  line().welcome();
  const refusal = { code: "internal", message: "Sorry.", temporary: true, retry_after_ms: 500 };
  line().gives({ t: "refused", id: null, stream: TABLE, ...refusal });
  expect(line().of("stream.open")).toHaveLength(0);
  vi.advanceTimersByTime(500);
  expect(line().of("stream.open")).toMatchObject([{ stream: TABLE, after: 0 }]);
  vi.useRealTimers();
});

it("typing is told at most every few seconds, and who writes is forgotten when they have spoken", () => {
  const store = enter();
  store.typing(TABLE); // nobody is told, which keeps nothing back
  line().welcome();
  store.typing(TABLE);
  store.typing(TABLE);
  expect(line().of("typing")).toHaveLength(1);
  line().gives({ t: "ephemeral", stream: TABLE, kind: "typing", by: SELLER });
  expect(store.getView().typing[TABLE]).toMatchObject([{ id: SELLER }]);
  line().gives(SNAPSHOT);
  line().gives({ t: "events", stream: TABLE, events: [OPENED, aMessage(2, SELLER, "Hi")] });
  expect(store.getView().typing[TABLE]).toEqual([]);
});

describe("the first look at a room", () => {
  const table = {
    t: "snapshot",
    stream: TABLE,
    kind: "table",
    room: TABLE,
    head: 0,
    hash: "h0",
    first: 1,
  } as const;

  it("comes when the table is there, with all that came with it at once", async () => {
    const store = enter();
    let looks = 0;
    let drawn = 0;
    const first = opened(store).then(() => {
      looks += 1;
    });
    store.subscribeDrawing(() => {
      drawn += 1;
    });
    line().welcome();
    await settled();
    const before = drawn;
    expect(looks).toBe(0);
    const state = emptyStream(TABLE, "table").table as never;
    line().gives({ ...table, events: [], you: { side: "buyer" }, state });
    line().gives({ t: "presence", stream: TABLE, people: [BUYER], count: 1 });
    line().gives({ t: "reads", stream: TABLE, marks: { [SELLER]: 0 } });
    await first;
    expect(drawn).toBe(before);
    await vi.waitFor(() => expect(drawn).toBe(before + 1));
    store.sendMessage(TABLE, "Hi");
    expect(drawn).toBe(before + 2); // what one does oneself is there at once
  });

  it("comes without it where there is no connection", async () => {
    const store = enter();
    line().drops(1006);
    await opened(store);
    expect(store.getView().streams[TABLE]?.ready).toBe(false);
    store.stop();
  });
});
