/** Flow control (docs/protocol.md): after so many bytes we report the last event that we have taken. */
import type { ClientFrame, ServerFrame } from "./types.ts";

export class TakenReports {
  #bytes = 0;
  #taken = new Map<string, number>();
  #last: string | null = null;

  /** A new connection owes nothing. */
  forget(): void {
    this.#bytes = 0;
    this.#taken.clear();
    this.#last = null;
  }

  /** Counts a frame that was taken; the report, when one is due. `every` is in bytes, 0 for a server that asks for none. */
  count(length: number, frame: ServerFrame, every: number): ClientFrame | null {
    this.#bytes += length;
    if (frame.t === "snapshot" || frame.t === "events" || frame.t === "history") {
      // A snapshot vouches for its head, whether or not it has events; a page of the past for what was taken already.
      const { stream } = frame;
      const seq =
        frame.t === "snapshot" ? frame.head : frame.t === "events" ? frame.events.at(-1)?.seq : undefined;
      if (seq !== undefined) this.#taken.set(stream, seq);
      if (this.#taken.has(stream)) this.#last = stream;
    }
    const seq = this.#last === null ? undefined : this.#taken.get(this.#last);
    if (this.#last === null || seq === undefined || every === 0 || this.#bytes < every) return null;
    this.#bytes = 0;
    return { t: "taken", stream: this.#last, seq };
  }
}
