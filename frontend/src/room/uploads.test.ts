import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Attachment } from "../protocol/types.ts";
import { fileSize } from "./files.ts";
import { type Carrying, type Reason, Uploads } from "./uploads.ts";

const TABLE = "table";
const LIMITS = { file_bytes_max: 1_000, files_per_message_max: 3 };

interface Carried extends Carrying {
  id: string;
  stream: string;
  stopped: boolean;
}

let carried: Carried[];
let removed: string[];
let uploads: Uploads;

const aFile = (name: string, size = 10, type = ""): File => new File(["x".repeat(size)], name, { type });
const made = (id: string, name: string): Attachment => ({ id, name, type: "", bytes: 10, sha256: "" });
const states = (): string[] => uploads.of(TABLE).map(({ state }) => state);
const first = (): Carried => {
  const one = carried.at(0);
  if (!one) throw new Error("nothing was carried");
  return one;
};
const last = (): Carried => {
  const one = carried.at(-1);
  if (!one) throw new Error("nothing was carried");
  return one;
};
const why = (patch: Partial<Reason> = {}): Reason => ({ code: "x", message: "", again: false, ...patch });

beforeEach(() => {
  vi.useFakeTimers();
  carried = [];
  removed = [];
  uploads = new Uploads(
    {
      carry(id, stream, _file, carrying) {
        const one = { id, stream, stopped: false, ...carrying };
        carried.push(one);
        return () => {
          one.stopped = true;
        };
      },
      remove: (id) => removed.push(id),
    },
    () => LIMITS,
  );
});

describe("a file", () => {
  it("is sent, checked, and then ready under the name that the server gave it", () => {
    uploads.add(TABLE, [aFile("a.png")]);
    expect(states()).toEqual(["sending"]);
    first().onProgress(40);
    expect(uploads.of(TABLE)).toMatchObject([{ state: "sending", percent: 40 }]);
    first().onProgress(100);
    expect(states()).toEqual(["checking"]);
    first().onDone(made(first().id, "a.webp"));
    expect(uploads.of(TABLE)).toMatchObject([{ state: "ready", name: "a.webp" }]);
    expect(uploads.take(TABLE)).toEqual([made(first().id, "a.webp")]);
    expect(uploads.of(TABLE)).toEqual([]);
    expect(removed).toEqual([]);
  });

  it("waits while two others are on their way", () => {
    uploads.add(TABLE, [aFile("a"), aFile("b"), aFile("c")]);
    expect(states()).toEqual(["sending", "sending", "waiting"]);
    first().onDone(made(first().id, "a"));
    expect(states()).toEqual(["ready", "sending", "sending"]);
  });

  it("that is too large, or one too many, is not even sent", () => {
    uploads.add(TABLE, [aFile("a", 1_001), aFile("b"), aFile("c"), aFile("d")]);
    const reasons = uploads.of(TABLE).map(({ reason }) => reason?.code ?? null);
    expect(reasons).toEqual(["file.too_large", null, null, "file.too_many"]);
    expect(carried).toHaveLength(2);
  });

  it("that is stopped is gone, and the next one goes", () => {
    uploads.add(TABLE, [aFile("a"), aFile("b"), aFile("c")]);
    uploads.drop(first().id);
    expect(first().stopped).toBe(true);
    expect(states()).toEqual(["sending", "sending"]);
    expect(removed).toEqual([]); // it had not arrived
    last().onDone(made(last().id, "c"));
    uploads.drop(last().id);
    expect(removed).toEqual([last().id]);
  });

  it("that was refused says why, and can be tried again under its id where that may help", () => {
    uploads.add(TABLE, [aFile("a")]);
    first().onFailed(why());
    expect(uploads.of(TABLE)).toMatchObject([{ state: "failed", reason: { code: "x" } }]);
    uploads.retry(first().id);
    expect(states()).toEqual(["failed"]);
    uploads.add(TABLE, [aFile("b")]);
    last().onFailed(why({ again: true }));
    uploads.retry(last().id);
    expect(carried.map(({ id }) => id)).toEqual([first().id, last().id, last().id]);
    expect(states()).toEqual(["failed", "sending"]);
  });

  it("is brought again by itself when the server is busy, so often and no more", () => {
    uploads.add(TABLE, [aFile("a")]);
    for (let tries = 0; tries < 3; tries += 1) {
      last().onFailed(why({ again: true, afterMs: 500 }));
      expect(states()).not.toEqual(["failed"]);
      vi.advanceTimersByTime(1_000);
    }
    expect(carried).toHaveLength(4);
    last().onFailed(why({ again: true, afterMs: 500 }));
    expect(states()).toEqual(["failed"]);
  });

  it("that waits to be brought again can be dropped", () => {
    uploads.add(TABLE, [aFile("a")]);
    first().onFailed(why({ again: true, afterMs: 500 }));
    uploads.drop(first().id);
    vi.advanceTimersByTime(5_000);
    expect(carried).toHaveLength(1);
    expect(uploads.of(TABLE)).toEqual([]);
  });

  it("belongs to one stream", () => {
    uploads.add("caucus", [aFile("a")]);
    expect(uploads.of(TABLE)).toEqual([]);
    expect(first().stream).toBe("caucus");
    first().onDone(made(first().id, "a"));
    expect(uploads.take(TABLE)).toEqual([]);
  });

  it("of a message that was taken back is there to be sent again", () => {
    uploads.restore(TABLE, [made("1", "a.pdf")]);
    expect(uploads.take(TABLE)).toEqual([made("1", "a.pdf")]);
    uploads.forget([made("1", "a.pdf")]);
    expect(removed).toEqual(["1"]);
  });
});

it("is said in sizes that people read", () => {
  expect(fileSize(35, "en")).toBe("1 kB");
  expect(fileSize(111_400, "en")).toBe("111 kB");
  expect(fileSize(1_250_000, "es")).toBe("1,3 MB");
});
