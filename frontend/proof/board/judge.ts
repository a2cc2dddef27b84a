/** Whether all clients of a run and the server show the same. Pure. */
import type { BoardElement } from "../../src/protocol/commands.ts";
import { KNOWN_TYPES, known, type Ledger } from "./easel.ts";
import type { Seat } from "./seat.ts";

/** JSON with sorted keys: two elements are equal when these are. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    one && typeof one === "object" && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** What differs, in words; null when nothing does. `server` is its board, the lowest element first. */
export function difference(
  seats: readonly Seat[],
  server: readonly BoardElement[],
  ledger: Ledger,
): string | null {
  for (const one of server) {
    const kept = !ledger.noted.has(one.id) || ledger.deleted.has(one.id) || one.note === one.id;
    if (!kept) return `the server has lost what ${one.id} had beside what everybody knows`;
  }
  for (const seat of seats) {
    const found = inScene(seat, server, ledger);
    if (found) return `${seat.name} (${seat.state}): ${found}`;
  }
  return apart(seats);
}

/** What differs between the stores of the windows, deleted elements included. */
export function apart(seats: readonly Seat[]): string | null {
  const [first, ...others] = seats as [Seat, ...Seat[]];
  for (const seat of others) {
    const found = inStore(seat, first);
    if (found) return `${seat.name} (${seat.state}): ${found}`;
  }
  return null;
}

function inScene({ easel, begun }: Seat, server: readonly BoardElement[], ledger: Ledger): string | null {
  if (!begun) return "the board was never opened";
  const asShown = (one: BoardElement): string => canonical(easel.older ? known(one) : one);
  const expected = server.filter(({ type }) => !easel.older || KNOWN_TYPES.has(type));
  const real = new Set(expected.map(({ id }) => id));
  // What somebody began and gave up may be seen for a while where the sign of its end was lost.
  const shown = easel.shown.filter(({ id }) => real.has(id) || !ledger.givenUp.has(id));
  const has = new Map(shown.map((one) => [one.id, one]));
  for (const one of expected) {
    const own = has.get(one.id);
    if (!own) return `${one.id} is missing`;
    if (asShown(own) !== asShown(one)) return `${one.id} is ${asShown(own)}, at the server ${asShown(one)}`;
  }
  const more = shown.find(({ id }) => !real.has(id));
  if (more) return `${more.id} is not at the server: ${asShown(more)}`;
  const at = expected.findIndex(({ id }, place) => shown[place]?.id !== id);
  return at < 0 ? null : `${shown[at]?.id} lies where ${expected[at]?.id} does at the server`;
}

/** Deleted ones too: what one client does not remember as deleted, it could bring back. */
function inStore(seat: Seat, other: Seat): string | null {
  const own = seat.board.elements;
  for (const [id, { version, versionNonce, isDeleted }] of other.board.elements) {
    const held = own.get(id);
    const equal =
      held?.version === version && held.versionNonce === versionNonce && held.isDeleted === isDeleted;
    if (!equal) return `its store has ${id} otherwise than that of ${other.name}`;
  }
  return own.size === other.board.elements.size ? null : `its store has more than that of ${other.name}`;
}
