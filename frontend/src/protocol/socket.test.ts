import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aMessage, FakeSocket, SELLER, TABLE } from "../room/testing.ts";
import { afterClose } from "./closeCodes.ts";
import { ServerClock } from "./serverClock.ts";
import { type Connection, Refused, RoomSocket } from "./socket.ts";
import type { Refusal } from "./types.ts";

let sockets: FakeSocket[];
let connections: Connection[];
let streamRefusals: Refusal[];
let resyncs: string[];

function begin(): RoomSocket {
  const socket = new RoomSocket({
    url: "ws://test/ws/",
    resume: () => ({ [TABLE]: { after: 7, hash: "h7" } }),
    onConnection: (connection) => connections.push(connection),
    onWelcome: () => undefined,
    onSnapshot: () => undefined,
    onEvents: () => undefined,
    onEphemeral: () => undefined,
    onPresence: () => undefined,
    onReads: () => undefined,
    onResync: (stream) => resyncs.push(stream),
    onStreamRefused: (refusal) => streamRefusals.push(refusal),
    open: () => {
      const fake = new FakeSocket();
      sockets.push(fake);
      return fake;
    },
    random: () => 0.5,
  });
  socket.connect();
  return socket;
}

const last = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error("nobody has connected");
  return socket;
};

const refused = (id: string, patch: Partial<Refusal> = {}): Refusal => ({
  t: "refused",
  id,
  code: "offer.stale",
  message: "A newer version is on the table.",
  temporary: false,
  retry_after_ms: null,
  ...patch,
});

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  connections = [];
  streamRefusals = [];
  resyncs = [];
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a connection", () => {
  it("says hello with what it has", () => {
    begin();
    last().welcome();
    expect(last().of("hello")).toEqual([
      { t: "hello", protocol: 1, streams: { [TABLE]: { after: 7, hash: "h7" } } },
    ]);
    expect(connections.at(-1)).toEqual({ state: "open" });
  });

  it("sends what was waiting only after the welcome, and again under the same id after a reconnect", async () => {
    const socket = begin();
    const answer = socket.send({ t: "message.send", stream: TABLE, text: "Hi" });
    expect(last().of("message.send")).toEqual([]);
    last().welcome();
    const [first] = last().of("message.send");
    last().drops(1006);
    vi.advanceTimersByTime(1_000);
    last().welcome();
    const [second] = last().of("message.send");
    expect(second).toEqual(first);
    expect(sockets).toHaveLength(2);
    last().gives({ t: "ack", id: first?.id ?? "", stream: TABLE, seq: 8, hash: "h8" });
    await expect(answer).resolves.toMatchObject({ seq: 8 });
    last().drops(1006);
    vi.advanceTimersByTime(1_000);
    last().welcome();
    expect(last().of("message.send")).toEqual([]);
  });

  it("reports what it has taken once the server's number of bytes has arrived, and not before", () => {
    begin();
    last().welcome({ taken_every_bytes: 3_700 });
    const says = (seq: number): void =>
      last().gives({ t: "events", stream: TABLE, events: [aMessage(seq, SELLER, "x".repeat(700))] });
    says(8);
    says(9);
    expect(last().of("taken")).toEqual([]);
    says(10);
    says(11);
    expect(last().of("taken")).toEqual([{ t: "taken", stream: TABLE, seq: 10 }]);
  });

  it("reports pages of the past on the stream that they are of, whatever came last", () => {
    begin();
    last().welcome({ taken_every_bytes: 3_700 });
    const said = (stream: string, seq: number): void =>
      last().gives({ t: "events", stream, events: [aMessage(seq, SELLER, "x")] });
    said(TABLE, 8);
    said("caucus", 2);
    const events = [1, 2, 3, 4, 5, 6].map((seq) => aMessage(seq, SELLER, "x".repeat(700)));
    last().gives({ t: "history", id: "asked", stream: TABLE, events });
    expect(last().of("taken")).toEqual([{ t: "taken", stream: TABLE, seq: 8 }]);
  });

  it("passes on that the server has stopped a stream", () => {
    begin();
    last().welcome();
    last().gives({ t: "resync", stream: TABLE });
    expect(resyncs).toEqual([TABLE]);
  });

  it("rejects a refused command with its code", async () => {
    const socket = begin();
    last().welcome();
    const answer = socket.send({ t: "offer.seen", stream: TABLE, version: 1 });
    last().gives(refused(last().of("offer.seen")[0]?.id ?? ""));
    await expect(answer).rejects.toMatchObject({ code: "offer.stale" });
    await expect(answer).rejects.toBeInstanceOf(Refused);
  });

  it("obeys a temporary refusal by waiting, under the same id, and gives up in the end", async () => {
    const socket = begin();
    last().welcome();
    const answer = socket.send({ t: "message.send", stream: TABLE, text: "Hi" });
    const failure = expect(answer).rejects.toMatchObject({ code: "rate.limited" });
    const id = last().of("message.send")[0]?.id ?? "";
    const slow = refused(id, { code: "rate.limited", temporary: true, retry_after_ms: 200 });
    last().gives(slow);
    vi.advanceTimersByTime(150);
    expect(last().of("message.send")).toHaveLength(1);
    vi.advanceTimersByTime(150);
    expect(last().of("message.send")).toHaveLength(2);
    for (let round = 0; round < 6; round += 1) {
      last().gives(slow);
      vi.advanceTimersByTime(1_000);
    }
    await failure;
    expect(
      new Set(
        last()
          .of("message.send")
          .map((frame) => frame.id),
      ),
    ).toEqual(new Set([id]));
  });

  it("tells of a stream that it may not read", () => {
    begin();
    last().welcome();
    last().gives(refused("", { id: null, stream: TABLE, code: "stream.unknown" }));
    expect(streamRefusals).toHaveLength(1);
  });

  it("pings by the server's heartbeat and leaves a line that does not answer", () => {
    begin();
    last().welcome();
    vi.advanceTimersByTime(20_000);
    expect(last().of("ping")).toHaveLength(1);
    last().gives({ t: "pong", at: new Date().toISOString() });
    vi.advanceTimersByTime(20_000);
    expect(last().of("ping")).toHaveLength(2);
    vi.advanceTimersByTime(8_000);
    expect(connections.at(-1)?.state).toBe("waiting");
    vi.advanceTimersByTime(5_000);
    expect(sockets).toHaveLength(2);
  });

  it("gives up a connection that is never welcomed", () => {
    begin();
    vi.advanceTimersByTime(15_000);
    expect(sockets.length).toBeGreaterThan(1);
  });

  it("gives up a command over which the server fails again and again, and waits longer each time", async () => {
    const socket = begin();
    last().welcome();
    const answer = expect(socket.send({ t: "offer.seen", stream: TABLE, version: 1 })).rejects.toMatchObject({
      code: "client.gave_up",
    });
    const waits: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      last().drops(4500);
      const now = connections.at(-1);
      if (now?.state === "waiting") waits.push(now.until - Date.now());
      vi.advanceTimersByTime(5_000);
      last().welcome();
    }
    await answer;
    expect(last().of("offer.seen")).toEqual([]);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(new Set(waits).size).toBe(3);
  });

  it("does not wait for the timer when the network is back", () => {
    const socket = begin();
    last().welcome();
    last().drops(1006);
    socket.wake();
    expect(sockets).toHaveLength(2);
  });

  it.each([
    [4400, "hello"],
    [4401, "sign_in"],
    [4403, "removed"],
    [4413, "too_large"],
  ])("ends after %d", (code, reason) => {
    begin();
    last().drops(code);
    vi.advanceTimersByTime(120_000);
    expect(connections.at(-1)).toEqual({ state: "ended", reason });
    expect(sockets).toHaveLength(1);
  });
});

describe("the wait before the next attempt", () => {
  it("is 1 to 5 s for a restart, and long for one who was too fast", () => {
    expect(afterClose(4503, 0, () => 0)).toEqual({ reconnect: true, afterMs: 1_000 });
    expect(afterClose(4503, 9, () => 1)).toEqual({ reconnect: true, afterMs: 5_000 });
    expect(afterClose(4429, 0, () => 0)).toEqual({ reconnect: true, afterMs: 10_000 });
  });

  it("grows with each failure up to a bound, and is never the same for all", () => {
    const waits = [0, 1, 2, 5, 20].map((attempt) => afterClose(1006, attempt, () => 1));
    expect(waits.map((next) => next.reconnect && next.afterMs)).toEqual([500, 1_000, 2_000, 15_000, 15_000]);
    expect(afterClose(1006, 20, () => 0)).toEqual({ reconnect: true, afterMs: 7_500 });
  });
});

it("the server's clock is learnt from the quickest answer", () => {
  let now = 1_000;
  const clock = new ServerClock(() => now);
  now = 1_400;
  clock.learn(new Date(61_200).toISOString(), 1_000);
  expect(clock.now()).toBe(61_400);
  now = 5_000;
  clock.learn(new Date(99_000).toISOString(), 3_000);
  expect(clock.now()).toBe(65_000);
});
