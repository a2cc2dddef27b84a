/** The server's clock is the only clock: this keeps the difference between it and ours. */
export class ServerClock {
  #offsetMs = 0;
  #bestTripMs = Number.POSITIVE_INFINITY;

  constructor(private readonly localNow: () => number = Date.now) {}

  /** Takes a time that the server wrote between `askedAt` and now; the quickest answer is the truest. */
  learn(serverTime: string, askedAt: number): void {
    const server = Date.parse(serverTime);
    if (Number.isNaN(server)) return;
    const now = this.localNow();
    const trip = Math.max(0, now - askedAt);
    if (trip > this.#bestTripMs) return;
    this.#bestTripMs = trip;
    this.#offsetMs = server + trip / 2 - now;
  }

  /** A computer that slept may have changed its own clock: measure afresh. */
  forget(): void {
    this.#bestTripMs = Number.POSITIVE_INFINITY;
  }

  /** Milliseconds since 1970 by the server. */
  now(): number {
    return this.localNow() + this.#offsetMs;
  }
}
