/** What is proposed while one writes: people behind @, emoji behind a colon, commands behind a slash. Pure. */

export type Trigger = { kind: "@" | ":" | "/"; from: number; query: string };

export interface Person {
  id: string;
  name: string;
}

/** An emoji, its name, and the words by which it is found, all in the reader's language. */
export type Emoji = readonly [char: string, name: string, words: string];

/** Names are written out, so a query may hold blanks; beyond this many characters nobody is being named. */
const QUERY_CHARS_MAX = 40;
/** How many are proposed at once. */
export const PROPOSED_MAX = 8;

/** Letters without case and accents: `búsqueda` is found by `busq`. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** What is being written at the caret, or null where nothing is to be proposed. */
export function triggerAt(text: string, caret: number): Trigger | null {
  const before = text.slice(0, caret);
  const command = /^\/([\p{L}]*)$/u.exec(before);
  if (command) return { kind: "/", from: 0, query: command[1] ?? "" };
  // A colon needs two letters, so that neither "note: " nor ":)" proposes anything.
  const emoji = /(^|[\s(])(:([\p{L}][\p{L}\d_ -]{1,20}))$/u.exec(before);
  if (emoji?.[2] && !/\s$/.test(emoji[2]))
    return { kind: ":", from: before.length - emoji[2].length, query: emoji[3] ?? "" };
  const at = before.lastIndexOf("@");
  const query = before.slice(at + 1);
  const opens = at === 0 || /[\s(]/.test(before[at - 1] ?? "");
  if (at >= 0 && opens && query.length <= QUERY_CHARS_MAX && !/[\n@]|^\s|\s\s/.test(query))
    return { kind: "@", from: at, query };
  return null;
}

/** The text with what was being written replaced, and where the caret is then. */
export function replaced(
  text: string,
  trigger: Trigger,
  caret: number,
  by: string,
): { text: string; caret: number } {
  const head = text.slice(0, trigger.from) + by;
  return { text: head + text.slice(caret).replace(/^ /, ""), caret: head.length };
}

/** The people whose name, or a word of it, begins so. */
export function matchPeople(people: readonly Person[], query: string): Person[] {
  const wanted = folded(query);
  const begins = ({ name }: Person): boolean => {
    const known = folded(name);
    return known.startsWith(wanted) || known.split(/\s+/).some((word) => word.startsWith(wanted));
  };
  return people.filter(begins).slice(0, PROPOSED_MAX);
}

/** Emoji by name: those whose name begins so first, then those of which a word does. */
export function matchEmoji(all: readonly Emoji[], query: string): Emoji[] {
  const wanted = folded(query).replace(/[_-]/g, " ").trim();
  const ranked = all.map((emoji): [number, Emoji] => {
    const name = folded(emoji[1]);
    if (name === wanted) return [0, emoji];
    if (name.startsWith(wanted)) return [1, emoji];
    if (name.includes(` ${wanted}`)) return [2, emoji];
    return [` ${emoji[2]}`.includes(` ${wanted}`) ? 3 : 4, emoji];
  });
  return ranked
    .filter(([rank]) => rank < 4)
    .sort(([a], [b]) => a - b)
    .map(([, emoji]) => emoji);
}

/** The ids of those whose name stands in a text behind an @. */
export function mentionedIn(text: string, people: readonly Person[]): string[] {
  return people.filter(({ name }) => name !== "" && text.includes(`@${name}`)).map(({ id }) => id);
}

/** A text that is a command and nothing else, such as `/offer`, with what follows it. */
export function commandIn(text: string): { name: string; rest: string } | null {
  const found = /^\/(\p{L}+)(?:[^\S\n]+(\S.*))?$/u.exec(text.trim());
  return found?.[1] ? { name: folded(found[1]), rest: found[2] ?? "" } : null;
}

/** A price behind a command, with or without the room's currency: `5400`, `5.400,50 EUR`. */
export function priceIn(rest: string, currency: string): string {
  const bare = rest.trim();
  return bare.toUpperCase().endsWith(currency) ? bare.slice(0, -currency.length).trim() : bare;
}
