/** What was said about a line or an issue of an offer. Pure. */
import type { About, Offer, RoomEvent } from "../protocol/types.ts";

/** One line, by its index, or one issue, by its name. */
export type Part = { line: number } | { issue: string };

export interface Remark {
  seq: number;
  about: About;
}

const known = new WeakMap<RoomEvent[], Map<number, Remark[]>>();
const NONE: Remark[] = [];

/** The remarks on a version that are held and were not removed, oldest first; read once for all cards. */
export function remarksOn(events: RoomEvent[], version: number): Remark[] {
  let all = known.get(events);
  if (!all) {
    all = new Map();
    const removed = new Set(
      events.flatMap((event) => (event.kind === "message.redacted" ? [event.body.message] : [])),
    );
    for (const { kind, seq, body } of events) {
      if (kind !== "message.sent" || !body.about || removed.has(seq)) continue;
      const { about } = body;
      all.set(about.version, [...(all.get(about.version) ?? []), { seq, about }]);
    }
    known.set(events, all);
  }
  return all.get(version) ?? NONE;
}

export function partOf({ line, issue, name }: About): Part {
  return line === undefined ? { issue: issue ?? name } : { line };
}

export function samePart(one: Part, other: Part): boolean {
  if ("line" in one) return "line" in other && one.line === other.line;
  return "issue" in other && one.issue === other.issue;
}

/** Everything in a package that one can make a remark on, with its name. */
export function partsOf(offer: Pick<Offer, "packages">, at: number): { part: Part; name: string }[] {
  const one = offer.packages[at];
  return [
    ...(one?.lines ?? []).map(({ title }, line) => ({ part: { line }, name: title })),
    ...(one?.issues ?? []).map(({ name }) => ({ part: { issue: name }, name })),
  ];
}
