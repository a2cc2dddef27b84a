/** What became of each message: corrected, removed, reacted to, answered. Pure. */
import type { Attachment, EventOf, Reaction, RoomEvent, Side } from "../protocol/types.ts";

export interface Version {
  at: string;
  text: string;
  html: string;
}

export interface Said {
  /** All versions, the first one first; none once it was removed. */
  versions: Version[];
  /** Who removed it, and why. Known by its event, or only by what the log lacks. */
  removed: { by: string | null; reason: string } | null;
  /** In the order in which they first came. */
  reactions: { reaction: Reaction; people: string[] }[];
  /** The number of the message that it answers. */
  answers: number | null;
  /** Its files; none once it was removed. */
  attachments: Attachment[];
}

/**
 * By number of the message. What happened to a message that is not held yet is looked at again when it comes with
 * a page of history: an event about it always has a higher number, so it is held already then.
 */
export function whatWasSaid(events: RoomEvent[]): Map<number, Said> {
  const all = new Map<number, Said>();
  for (const event of events) {
    if (event.kind === "message.sent") {
      all.set(event.seq, begin(event));
      continue;
    }
    if (!isAboutMessage(event) || event.body.message === undefined) continue;
    const said = all.get(event.body.message);
    if (!said) continue;
    if (event.kind === "message.edited") said.versions.push({ at: event.at, ...event.body });
    else if (event.kind === "message.redacted") {
      said.removed = { by: event.by, reason: event.body.reason };
      said.versions = [];
      said.attachments = [];
    } else react(said, event);
  }
  return all;
}

export type AboutMessage =
  | EventOf<"message.edited">
  | EventOf<"message.redacted">
  | EventOf<"message.reacted">;

/** Whether an event only changes what another row shows. */
export function isAboutMessage(event: RoomEvent): event is AboutMessage {
  return (
    event.kind === "message.edited" || event.kind === "message.redacted" || event.kind === "message.reacted"
  );
}

/** The number of the last offer that somebody else's side made: what this side said before it stays as it is. */
export function frozenUpTo(events: RoomEvent[], side: Side | null): number {
  const last = events.findLast(
    (event) =>
      (event.kind === "offer.proposed" ||
        event.kind === "offer.countered" ||
        event.kind === "offer.superseded") &&
      event.body.offer.side !== side,
  );
  return last?.seq ?? 0;
}

function begin({ at, body }: EventOf<"message.sent">): Said {
  const gone = body.text === undefined;
  return {
    versions: gone ? [] : [{ at, text: body.text, html: body.html }],
    removed: gone ? { by: null, reason: "" } : null,
    reactions: [],
    answers: body.answers ?? null,
    attachments: body.attachments ?? [],
  };
}

function react(said: Said, { by, body }: EventOf<"message.reacted">): void {
  if (by === null) return;
  const held = said.reactions.find(({ reaction }) => reaction === body.reaction);
  const people = (held?.people ?? []).filter((person) => person !== by);
  if (body.on) people.push(by);
  if (held) held.people = people;
  else said.reactions.push({ reaction: body.reaction, people });
  said.reactions = said.reactions.filter((one) => one.people.length > 0);
}
