/** A room as it was at one of its events: the same fold as ever, stopped there. Pure. */
import type { RoomEvent, TableState } from "../protocol/types.ts";
import { emptyTable, type FoldedTable, foldTable, type StreamState } from "./roomState.ts";
import { whatWasSaid } from "./said.ts";

/** What the server says of a moment, where this page does not hold the whole log. */
export interface RemotePast {
  seq: number;
  at: string;
  head: number;
  state: TableState;
  first: number;
  events: RoomEvent[];
  steps: number[];
}

/** A table at one of its events. */
export interface Moment {
  seq: number;
  event: RoomEvent;
  table: FoldedTable;
  first: number;
  events: RoomEvent[];
}

const STEPS: ReadonlySet<string> = new Set([
  "offer.proposed",
  "offer.countered",
  "offer.superseded",
  "offer.accepted",
  "offer.declined",
  "offer.withdrawn",
  "offer.expired",
]);

/** Whether this page holds the log from its first event on. */
export function holdsAll(stream: StreamState): boolean {
  return stream.ready && stream.first === 1 && stream.events[0]?.seq === 1;
}

/**
 * The events without what was removed: it is removed at every point of time, also at those before its removal,
 * though this page may have seen it when it was said.
 */
export function withoutRemoved(events: RoomEvent[]): RoomEvent[] {
  const removed = new Set<number>();
  for (const [seq, said] of whatWasSaid(events)) if (said.removed) removed.add(seq);
  if (removed.size === 0) return events;
  return events.map((event) => {
    const about = event.kind === "message.edited" ? event.body.message : event.seq;
    const hidden = (event.kind === "message.sent" || event.kind === "message.edited") && removed.has(about);
    return hidden ? ({ ...event, body: { redacted: true } } as unknown as RoomEvent) : event;
  });
}

/** The numbers of the events that something happened to an offer with. */
export function stepsOf(events: RoomEvent[]): number[] {
  return events.filter(({ kind }) => STEPS.has(kind)).map(({ seq }) => seq);
}

/** A moment of a log that is held from its beginning; `events` are those of `withoutRemoved`. */
export function momentOf(events: RoomEvent[], seq: number): Moment | null {
  const until = events.slice(0, seq);
  const event = until.at(-1);
  if (!event) return null;
  return { seq, event, table: until.reduce(foldTable, emptyTable()), first: 1, events: until };
}

/** The same, as the server told it. */
export function remoteMoment(past: RemotePast): Moment | null {
  const event = past.events.at(-1);
  return event ? { seq: past.seq, event, table: past.state, first: past.first, events: past.events } : null;
}

/** The next step of an offer in a direction, or null when there is none. */
export function nextStep(steps: number[], seq: number, by: 1 | -1): number | null {
  return (by === 1 ? steps.find((one) => one > seq) : steps.findLast((one) => one < seq)) ?? null;
}
