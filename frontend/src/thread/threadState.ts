/** What the page of a thread knows: how far it is, and who is in it. Pure; the page's own HTML is the rest. */

export interface Person {
  id: string;
  name: string;
  side: string;
}

/** An event of any kind, as frames carry it. */
export interface LogEvent {
  seq: number;
  kind: string;
  by: string | null;
  at: string;
  hash: string;
  body: unknown;
}

export interface ThreadState {
  head: number;
  hash: string | null;
  people: ReadonlyMap<string, Person>;
  /** By number: who said it, for those who are answered. Only what came in live. */
  said: ReadonlyMap<number, string>;
}

/** What is new on the page. `by` null: the system. */
export type Change =
  | {
      kind: "post";
      seq: number;
      at: string;
      by: Person | null;
      html: string;
      answers: number | null;
      byMail: boolean;
    }
  | { kind: "moved" | "resolved" | "reopened"; seq: number; at: string; by: Person | null };

export interface Taken {
  state: ThreadState;
  changes: Change[];
  /** Something is missing: ask for what follows `state.head`. */
  gap: boolean;
}

const NOTES: Record<string, "moved" | "resolved" | "reopened"> = {
  "thread.moved": "moved",
  "thread.resolved": "resolved",
  "thread.reopened": "reopened",
};

export function begin(head: number, hash: string, people: readonly Person[]): ThreadState {
  return {
    head,
    hash: hash || null,
    people: new Map(people.map((one) => [one.id, one])),
    said: new Map(),
  };
}

/** Folds events in: repeated numbers are passed over, and the first one that leaves a gap ends it. */
export function take(before: ThreadState, events: readonly LogEvent[]): Taken {
  let state = before;
  const changes: Change[] = [];
  for (const event of events) {
    if (event.seq <= state.head) continue;
    if (event.seq !== state.head + 1) return { state, changes, gap: true };
    state = { ...step(state, event), head: event.seq, hash: event.hash };
    const change = changeOf(state, event);
    if (change) changes.push(change);
  }
  return { state, changes, gap: false };
}

function step(state: ThreadState, event: LogEvent): ThreadState {
  const body = asRecord(event.body);
  if (event.kind === "participant.joined") {
    const { id, name, side } = asRecord(body.participant);
    const joined = { id: String(id), name: String(name), side: String(side) };
    return { ...state, people: new Map(state.people).set(joined.id, joined) };
  }
  if (event.kind === "message.sent" && event.by) {
    return { ...state, said: new Map(state.said).set(event.seq, event.by) };
  }
  return state;
}

function changeOf(state: ThreadState, event: LogEvent): Change | null {
  const { seq, at } = event;
  const by = event.by === null ? null : (state.people.get(event.by) ?? unknown(event.by));
  const note = NOTES[event.kind];
  if (note) return { kind: note, seq, at, by };
  if (event.kind !== "message.sent") return null;
  const body = asRecord(event.body);
  return {
    ...{ kind: "post", seq, at, by },
    html: typeof body.html === "string" ? body.html : "",
    answers: typeof body.answers === "number" ? body.answers : null,
    byMail: body.mail !== undefined,
  };
}

function unknown(id: string): Person {
  return { id, name: "", side: "member" };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** Who is writing now: each sign counts for a few seconds. */
export class Typists {
  readonly #until = new Map<string, number>();

  constructor(private readonly forMs: number) {}

  seen(person: string, now: number): void {
    this.#until.set(person, now + this.forMs);
  }

  /** Whoever has posted has stopped. */
  done(person: string): void {
    this.#until.delete(person);
  }

  at(now: number): string[] {
    for (const [person, until] of this.#until) if (until <= now) this.#until.delete(person);
    return [...this.#until.keys()];
  }
}
