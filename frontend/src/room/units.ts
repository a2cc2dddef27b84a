/** Units of UNECE Rec 20: those that are proposed for what was typed, and the names of rare ones. */
import { folded } from "./suggest.ts";

/** A unit with what stands behind a quantity, and the names by which it is found. */
export interface Unit {
  code: string;
  short: string;
  names: string;
}

/** How many are proposed at once. */
export const PROPOSED_MAX = 8;

/** The units for what was typed, the best first: by code, by how it is written, by name, by a word of a name. Pure. */
export function findUnits(query: string, units: readonly Unit[]): Unit[] {
  const wanted = folded(query.trim());
  if (!wanted) return units.slice(0, PROPOSED_MAX);
  const rank = ({ code, short, names }: Unit): number => {
    const known = folded(names).split(", ");
    if (code.toLowerCase() === wanted || folded(short) === wanted || known.includes(wanted)) return 0;
    if (known.some((name) => name.startsWith(wanted)) || folded(short).startsWith(wanted)) return 1;
    if (known.some((name) => ` ${name}`.includes(` ${wanted}`))) return 2;
    return code.toLowerCase().startsWith(wanted) ? 3 : 4;
  };
  return units
    .map((unit): [number, Unit] => [rank(unit), unit])
    .filter(([at]) => at < 4)
    .sort(([one], [other]) => one - other)
    .slice(0, PROPOSED_MAX)
    .map(([, unit]) => unit);
}

let rare: Unit[] | null = null;
let shorts = new Map<string, string>();
let asked = false;
const listeners = new Set<() => void>();

/** Every unit of the recommendation with its English name, once it is here; asked for by `wantRareUnits`. */
export function rareUnits(): readonly Unit[] | null {
  return rare;
}

/** What stands behind a quantity for a unit that has no words in the reader's language. */
export function rareUnit(code: string): string {
  if (!rare) wantRareUnits();
  return shorts.get(code) ?? code;
}

export function onRareUnits(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Fetches the whole list, the first time that one asks. Without it codes are shown as they are. */
export function wantRareUnits(): void {
  if (asked) return;
  asked = true;
  import("virtual:units")
    .then(({ default: rows }) => {
      rare = rows.map(([code, name, symbol]) => ({ code, short: symbol || name, names: name }));
      shorts = new Map(rare.map(({ code, short }) => [code, short]));
      for (const listener of listeners) listener();
    })
    .catch(() => {
      asked = false;
    });
}
