/** Turns events and messages not yet sent into the rows of the screen. */
import type { Attachment, EventOf, RoomEvent } from "../protocol/types.ts";
import { isAboutMessage, type Said, whatWasSaid } from "./said.ts";
import type { PendingMessage } from "./view.ts";

export type Row =
  | { type: "day"; key: string; at: string }
  | { type: "unread"; key: string }
  | { type: "message"; key: string; event: EventOf<"message.sent">; follows: boolean; said: Said }
  | { type: "offer"; key: string; event: OfferEvent; version: number }
  | { type: "system"; key: string; event: RoomEvent }
  | { type: "pending"; key: string; message: PendingMessage; follows: boolean };

export type OfferEvent = EventOf<"offer.proposed"> | EventOf<"offer.countered"> | EventOf<"offer.superseded">;

/** Messages of one person within this time, in milliseconds, share one name. */
const FOLLOWS_WITHIN_MS = 5 * 60_000;

function dayOf(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/**
 * `unreadAfter` puts the unread line before the first event above that number that `you` did not make.
 * A message whose event has arrived before its answer is shown once.
 */
export function buildRows(
  events: RoomEvent[],
  pending: PendingMessage[],
  you: string,
  unreadAfter: number | null,
  sayings = whatWasSaid(events),
): Row[] {
  const rows: Row[] = [];
  let day = "";
  let last: { by: string | null; at: number } | null = null;
  let lineDrawn = false;
  for (const event of events) {
    if (!isNews(event)) continue;
    const today = dayOf(event.at);
    if (today !== day) {
      rows.push({ type: "day", key: `day ${today}`, at: event.at });
      day = today;
      last = null;
    }
    if (!lineDrawn && unreadAfter !== null && event.seq > unreadAfter && event.by !== you) {
      rows.push({ type: "unread", key: "unread" });
      lineDrawn = true;
      last = null;
    }
    const key = `event ${event.seq}`;
    if (event.kind === "message.sent") {
      const at = Date.parse(event.at);
      const follows = last !== null && last.by === event.by && at - last.at < FOLLOWS_WITHIN_MS;
      const said = sayings.get(event.seq);
      if (said) rows.push({ type: "message", key, event, follows: follows && said.answers === null, said });
      last = { by: event.by, at };
      continue;
    }
    last = null;
    if (
      event.kind === "offer.proposed" ||
      event.kind === "offer.countered" ||
      event.kind === "offer.superseded"
    )
      rows.push({ type: "offer", key, event, version: event.body.offer.version });
    else rows.push({ type: "system", key, event });
  }
  for (const message of unanswered(events, pending, you)) {
    rows.push({
      type: "pending",
      key: `pending ${message.id}`,
      message,
      follows: last !== null && last.by === you,
    });
    last = { by: you, at: message.at };
  }
  return rows;
}

/** Whether an event is a row of its own, and counts as unread. */
export function isNews(event: RoomEvent): boolean {
  return event.kind !== "offer.seen" && !isAboutMessage(event);
}

function unanswered(events: RoomEvent[], pending: PendingMessage[], you: string): PendingMessage[] {
  const arrived = new Map<string, number>();
  for (const event of events.slice(-50)) {
    if (event.kind === "message.sent" && event.by === you)
      arrived.set(spelled(event.body), Date.parse(event.at));
  }
  return pending.filter((message) => {
    const at = arrived.get(spelled(message));
    // A second of tolerance: `message.at` is our guess at the server's clock.
    return message.status === "failed" || at === undefined || at < message.at - 1_000;
  });
}

/** What a message says and holds, to know it again by. */
function spelled({ text, attachments = [] }: { text: string; attachments?: Attachment[] }): string {
  return [text, ...attachments.map(({ id }) => id)].join("\0");
}
