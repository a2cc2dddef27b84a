/** What this browser keeps for one person in one room: drafts, read marks, messages not yet sent. */

import type { Attachment } from "../protocol/types.ts";

export interface Box {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface UnsentMessage {
  id: string;
  stream: string;
  text: string;
  /** The number of the message that it answers. */
  answers?: number | null;
  mentions?: string[];
  /** Files that the server has already. */
  attachments?: Attachment[];
  at: number;
  /** Why the server said no: such a message waits for its author, it is not sent again by itself. */
  reason: { code: string; message: string } | null;
}

/** Storage may be full or forbidden; the room works without it. */
function quietly<T>(action: () => T, otherwise: T): T {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

function isWhole({ id, text, attachments }: UnsentMessage): boolean {
  return Boolean(id && (text || attachments?.length));
}

export class Keep {
  readonly #prefix: string;

  constructor(
    room: string,
    person: string,
    private readonly lasting: Box,
    private readonly tab: Box,
  ) {
    this.#prefix = `hub:${room}:${person}:`;
  }

  draft(stream: string): string {
    return quietly(() => this.lasting.getItem(`${this.#prefix}draft:${stream}`), null) ?? "";
  }

  saveDraft(stream: string, text: string): void {
    const key = `${this.#prefix}draft:${stream}`;
    quietly(() => (text ? this.lasting.setItem(key, text) : this.lasting.removeItem(key)), undefined);
  }

  /** The number of the last event read, or null in a room never seen before. */
  readMark(stream: string): number | null {
    const text = quietly(() => this.lasting.getItem(`${this.#prefix}read:${stream}`), null);
    const mark = text === null ? Number.NaN : Number.parseInt(text, 10);
    return Number.isNaN(mark) ? null : mark;
  }

  saveReadMark(stream: string, seq: number): void {
    quietly(() => this.lasting.setItem(`${this.#prefix}read:${stream}`, String(seq)), undefined);
  }

  /** Messages that had no answer when the page was left; they keep their ids. */
  unsent(): UnsentMessage[] {
    return quietly(() => {
      const list: unknown = JSON.parse(this.tab.getItem(`${this.#prefix}unsent`) ?? "[]");
      return Array.isArray(list) ? (list as UnsentMessage[]).filter(isWhole) : [];
    }, []);
  }

  saveUnsent(messages: UnsentMessage[]): void {
    quietly(() => this.tab.setItem(`${this.#prefix}unsent`, JSON.stringify(messages)), undefined);
  }
}
