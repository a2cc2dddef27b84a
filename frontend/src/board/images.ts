/** Pictures that elements show: their bytes go another way than elements, and are there before these. */
import type { BoardElement } from "../protocol/commands.ts";

/** The names of pictures are what Excalidraw calls `fileId`. */
export interface Images {
  /** Whether the server has it, as far as is known here. */
  has: (name: string) => boolean;
  /** Puts up what the editor has under this name; rejected with the reason when it is not taken. */
  putUp: (name: string) => Promise<void>;
  /** Says which ones the server has, and fetches those that the editor lacks. */
  want: (names: readonly string[]) => void;
}

/** The part of an editor that keeps pictures, as `data:` addresses. */
export interface Album {
  get: (name: string) => string | undefined;
  add: (name: string, type: string, url: string) => void;
}

/** An element of a picture whose bytes are still in this browser alone, by the picture's name. */
export function imageOf(element: BoardElement): string | null {
  return element.type === "image" && !element.isDeleted && typeof element.fileId === "string"
    ? element.fileId
    : null;
}

export class BoardImages implements Images {
  #there = new Set<string>();
  #going = new Map<string, Promise<void>>();
  #coming = new Set<string>();

  /** `url` is where the board's pictures are; `query` follows every address. */
  constructor(
    private readonly url: string,
    private readonly csrf: string,
    private readonly album: () => Album | null,
    private readonly query = "",
  ) {}

  has = (name: string): boolean => this.#there.has(name);

  putUp = (name: string): Promise<void> => {
    const under = this.#going.get(name) ?? this.#put(name).finally(() => this.#going.delete(name));
    this.#going.set(name, under);
    return under;
  };

  want = (names: readonly string[]): void => {
    for (const name of names) {
      this.#there.add(name);
      const album = this.album();
      if (!album || album.get(name) || this.#coming.has(name)) continue;
      this.#coming.add(name);
      // What does not come is asked for again when the board is looked at next.
      this.#fetch(name)
        .catch(() => undefined)
        .finally(() => this.#coming.delete(name));
    }
  };

  async #put(name: string): Promise<void> {
    const url = this.album()?.get(name);
    if (!url) throw new Error("the editor has no such picture");
    const body = new FormData();
    body.append("name", name);
    body.append("file", blobOf(url), name);
    const answer = await fetch(`${this.url}${this.query}`, {
      method: "POST",
      headers: { "X-CSRFToken": this.csrf },
      body,
    });
    if (!answer.ok) throw await answer.json(); // a refusal, as on the socket
    this.#there.add(name);
  }

  async #fetch(name: string): Promise<void> {
    const answer = await fetch(`${this.url}/${encodeURIComponent(name)}${this.query}`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const blob = await answer.blob();
    this.album()?.add(name, blob.type, await urlOf(blob));
  }
}

/** The bytes of a `data:` address. Fetching one is what our pages forbid. */
export function blobOf(url: string): Blob {
  const comma = url.indexOf(",");
  const type = /^data:([^;,]+)/.exec(url)?.[1] ?? "application/octet-stream";
  const text = url.slice(0, comma).endsWith(";base64")
    ? atob(url.slice(comma + 1))
    : decodeURIComponent(url.slice(comma + 1));
  return new Blob([Uint8Array.from(text, (char) => char.charCodeAt(0))], { type });
}

function urlOf(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
