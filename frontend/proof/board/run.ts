/** One run: some windows on one board, work at random over faulty lines, and how long it takes until all are equal. */
import type { BoardElement } from "../../src/protocol/commands.ts";
import { Chance } from "./chance.ts";
import { Ledger } from "./easel.ts";
import { apart, difference } from "./judge.ts";
import type { Faults } from "./line.ts";
import { type Place, type Plant, type Room, Seat } from "./seat.ts";

/** All must be equal so long after the last change, or after the lines have healed, in milliseconds. */
const AGREE_WITHIN_MS = 2_000;
/** Until then it is waited for those that are late, to tell a slow machine from a board that never agrees. */
const WAIT_MS = 4_000;
/** How long people work, and how long one pauses between two acts, in milliseconds. */
const WORK_MS = [1_800, 3_400] as const;
const PAUSE_MS = [50, 300] as const;
/** Two change the same element at the same moment this often, in milliseconds. */
const CLASH_MS = [120, 500] as const;
/** How long somebody is away, in milliseconds, going on with the work. */
const AWAY_MS = [200, 900] as const;
/** How often the windows are looked at again, in milliseconds. */
const WAKE_MS = [100, 400] as const;
const LOOK_MS = 15;

export interface RunPlan {
  seed: number;
  url: string;
  room: Room;
  tokens: { buyer: string; seller: string };
  plant: Plant;
}

export interface Outcome {
  seed: number;
  /** Milliseconds until all agreed; null when they did not in time. */
  agreedMs: number | null;
  difference: string | null;
  clients: number;
  elements: number;
  changes: number;
  faults: Faults;
  takenBack: string[];
}

export async function run(plan: RunPlan): Promise<Outcome> {
  const chance = new Chance(plan.seed);
  const ledger = new Ledger();
  const seats = seatsOf(plan, chance, ledger);
  const work = chance.whole(...WORK_MS);
  // In every second run the line heals before the last change: what is broken by then must be found by itself.
  const healAt = chance.of(0.5) ? work : work * (0.5 + chance.next() / 2);
  const busy = new Busy(chance.part(), seats);
  busy.begin(work);
  await after(healAt);
  for (const { line } of seats) line.heal();
  for (const seat of seats) seat.wake();
  const healedAt = performance.now();
  await after(work - healAt);
  busy.end();
  for (const seat of seats) seat.rest();
  const began = Math.max(healedAt, ledger.lastChangeAt);
  const { agreedMs, differs } = await agreement(plan, seats, ledger, began);
  const elements = seats[0]?.board.elements.size ?? 0;
  for (const seat of seats) seat.stop();
  const faults = { late: 0, twice: 0, lost: 0, cut: 0, unknown: 0 };
  for (const { line } of seats) for (const name of NAMES) faults[name] += line.faults[name];
  const takenBack = seats.flatMap((seat) => seat.takenBack);
  const counts = { clients: seats.length, elements, changes: ledger.changes, faults, takenBack };
  return { seed: plan.seed, agreedMs, difference: differs, ...counts };
}

const NAMES = ["late", "twice", "lost", "cut", "unknown"] as const;

function seatsOf({ tokens, ...plan }: RunPlan, chance: Chance, ledger: Ledger): Seat[] {
  const sides = ["buyer", "seller", "buyer", ...(chance.of(0.5) ? (["seller"] as const) : [])] as const;
  return sides.map((side, at) => {
    const name = `${side}, window ${at < 2 ? 1 : 2}`;
    const place: Place = { ...plan, name, token: tokens[side], older: chance.of(0.4) };
    return new Seat(place, chance.part(), ledger);
  });
}

async function agreement(
  plan: RunPlan,
  seats: readonly Seat[],
  ledger: Ledger,
  began: number,
): Promise<{ agreedMs: number | null; differs: string | null }> {
  while (true) {
    const asked = performance.now();
    // The server is asked only when it may be over: it has enough to do.
    const own = apart(seats);
    const over = asked - began > WAIT_MS;
    const differs = own && !over ? own : difference(seats, await boardAtServer(plan), ledger);
    const tookMs = performance.now() - began;
    if (!differs && tookMs <= AGREE_WITHIN_MS) return { agreedMs: tookMs, differs };
    if (!differs) return { agreedMs: null, differs: `equal only after ${Math.round(tookMs)} ms` };
    if (over) return { agreedMs: null, differs };
    await after(LOOK_MS);
  }
}

async function boardAtServer({ url, room, tokens }: RunPlan): Promise<BoardElement[]> {
  const headers = { Authorization: `Bearer ${tokens.buyer}` };
  const answer = await fetch(`${url}/api/v1/rooms/${room.id}/board.excalidraw`, { headers });
  if (!answer.ok) throw new Error(`the server's board: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { elements: BoardElement[] }).elements;
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Keeps everybody at work. */
class Busy {
  #over = false;

  constructor(
    private readonly chance: Chance,
    private readonly seats: readonly Seat[],
  ) {}

  begin(work: number): void {
    for (const [at, seat] of this.seats.entries()) {
      const chance = this.chance.part();
      // Second windows are opened when there is something on the board.
      setTimeout(() => seat.start(), at < 2 ? 0 : chance.next() * work * 0.6);
      this.#again(chance, PAUSE_MS, () => seat.act());
      this.#again(chance.part(), WAKE_MS, () => seat.wake());
    }
    this.#again(this.chance.part(), CLASH_MS, () => this.#clash());
    const leaver = this.chance.one(this.seats);
    const away = this.chance.whole(...AWAY_MS);
    setTimeout(
      () => {
        if (!leaver?.line.faulty) return;
        leaver.line.leave();
        setTimeout(() => leaver.line.back(), away);
      },
      this.chance.next() * work * 0.7,
    );
  }

  end(): void {
    this.#over = true;
  }

  #clash(): void {
    const [one, other] = [this.chance.one(this.seats), this.chance.one(this.seats)];
    const shared = one?.easel.shown.filter(({ id }) => other?.easel.find(id)) ?? [];
    const target = this.chance.one(shared)?.id;
    if (!target || one === other) return;
    one?.hit(target);
    other?.hit(target);
  }

  #again(chance: Chance, pause: readonly [number, number], act: () => void): void {
    setTimeout(
      () => {
        if (this.#over) return;
        act();
        this.#again(chance, pause, act);
      },
      chance.whole(...pause),
    );
  }
}
