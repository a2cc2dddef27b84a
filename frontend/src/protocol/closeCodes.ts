/** What a close of the socket means for the next attempt. */

export type AfterClose =
  | { reconnect: false; reason: "hello" | "sign_in" | "removed" | "too_large" }
  | { reconnect: true; afterMs: number };

/** The longest wait between two attempts, in milliseconds: long enough to spare a server that is down. */
const BACKOFF_MAX_MS = 15_000;
const BACKOFF_FIRST_MS = 500;

/**
 * Decides by the close code (docs/protocol.md, "Close codes") whether and when to connect again.
 * `attempt` counts from 0 since the last success; `random` gives [0, 1).
 */
export function afterClose(code: number, attempt: number, random: () => number): AfterClose {
  switch (code) {
    case 4400:
      return { reconnect: false, reason: "hello" };
    case 4401:
      return { reconnect: false, reason: "sign_in" };
    case 4403:
      return { reconnect: false, reason: "removed" };
    case 4413:
      return { reconnect: false, reason: "too_large" };
    case 4409:
    case 4429:
      return { reconnect: true, afterMs: 10_000 + random() * 10_000 };
    case 4503:
      return { reconnect: true, afterMs: 1_000 + random() * 4_000 };
    default: {
      const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** attempt);
      // Half is fixed so that a herd spreads out and nobody hammers; half is chance.
      return { reconnect: true, afterMs: ceiling / 2 + (random() * ceiling) / 2 };
    }
  }
}
