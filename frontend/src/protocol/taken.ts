/** Flow control (docs/protocol.md): after so many bytes we report the last event that we have taken. */
import type { ClientFrame, ServerFrame } from "./types.ts";

export class TakenReports {
  #bytes = 0;
  #last: { stream: string; seq: number } | null = null;

  /** A new connection owes nothing. */
  forget(): void {
    this.#bytes = 0;
    this.#last = null;
  }

  /** Counts a frame that was taken; the report, when one is due. `every` is in bytes, 0 for a server that asks for none. */
  count(length: number, frame: ServerFrame, every: number): ClientFrame | null {
    this.#bytes += length;
    // A snapshot vouches for its head, whether or not it has events.
    const seq =
      frame.t === "snapshot" ? frame.head : frame.t === "events" ? frame.events.at(-1)?.seq : undefined;
    if (seq !== undefined && "stream" in frame && frame.stream) this.#last = { stream: frame.stream, seq };
    if (!this.#last || every === 0 || this.#bytes < every) return null;
    this.#bytes = 0;
    return { t: "taken", ...this.#last };
  }
}
