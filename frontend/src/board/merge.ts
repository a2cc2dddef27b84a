/**
 * What is on a board, and what of one's own has to be sent. Pure; the server has the same rule in
 * whiteboard/merge.py: of two contents of one element the higher version wins, then the lower nonce.
 */
import type { BoardElement } from "../protocol/commands.ts";

export interface Stamp {
  version: number;
  versionNonce: number;
}

/** An element that was deleted: its content is gone, its stamp is kept so that no late writer revives it. */
export interface Gone extends Stamp {
  id: string;
  isDeleted: true;
}

export type Held = BoardElement | Gone;

export interface BoardLimits {
  elements_per_command: number;
  element_bytes: number;
  points: number;
}

/** A board as the server says it is. */
export interface BoardState {
  elements: ReadonlyMap<string, Held>;
  /** Who drew an element first, by its id. */
  authors: ReadonlyMap<string, string>;
  limits: BoardLimits;
}

/** What a snapshot says of a board. */
export interface BoardSnapshot {
  room: string;
  elements: BoardElement[];
  gone: (Stamp & { id: string })[];
  /** Ids of elements, by who drew them first. */
  authors: Record<string, string[]>;
  limits: BoardLimits;
}

export const EMPTY_BOARD: BoardState = {
  elements: new Map(),
  authors: new Map(),
  limits: { elements_per_command: 200, element_bytes: 49_152, points: 2_000 },
};

/** Kinds that would bring foreign pages onto the board: the server refuses them. */
export const KINDS_NOT_TAKEN: ReadonlySet<string> = new Set(["iframe", "embeddable", "magicframe"]);

/** A command's frame stays below the server's bound with its other fields, in bytes. */
const FRAME_ROOM_BYTES = 60_000;

export function wins(one: Stamp, other: Stamp | undefined): boolean {
  if (!other) return true;
  if (one.version !== other.version) return one.version > other.version;
  return one.versionNonce < other.versionNonce;
}

export function same(one: Stamp, other: Stamp | undefined): boolean {
  return one.version === other?.version && one.versionNonce === other.versionNonce;
}

export function fromSnapshot(snapshot: BoardSnapshot): BoardState {
  const gone = snapshot.gone.map((one): Gone => ({ ...one, isDeleted: true }));
  return {
    elements: new Map([...snapshot.elements, ...gone].map((one) => [one.id, one])),
    authors: new Map(Object.entries(snapshot.authors).flatMap(([by, ids]) => ids.map((id) => [id, by]))),
    limits: snapshot.limits,
  };
}

/** The board after somebody drew elements. The same board when all of them are older than what is there. */
export function drawn(state: BoardState, elements: readonly BoardElement[], by: string | null): BoardState {
  const next = new Map(state.elements);
  const authors = new Map(state.authors);
  let changed = false;
  for (const one of elements) {
    if (!wins(one, next.get(one.id))) continue;
    if (by !== null && !next.has(one.id)) authors.set(one.id, by);
    next.set(one.id, one);
    changed = true;
  }
  return changed ? { ...state, elements: next, authors } : state;
}

/**
 * What of a scene the server does not have: newer than what it holds and than what is under way. What was made and
 * deleted again before it was ever sent stays at home.
 */
export function toSend<E extends BoardElement>(
  scene: readonly E[],
  held: ReadonlyMap<string, Stamp>,
  underWay: ReadonlyMap<string, Stamp>,
): E[] {
  return scene.filter((one) => {
    const known = held.get(one.id);
    const sent = underWay.get(one.id);
    if (one.isDeleted && !known && !sent) return false;
    return wins(one, known) && wins(one, sent);
  });
}

/**
 * The element with what the server knows of it and this editor does not: unknown properties survive. Always a copy:
 * the editor goes on changing its own in place, and what was sent may have to be sent again as it was.
 */
export function withUnknown(own: BoardElement, held: Held | undefined): BoardElement {
  return held && "type" in held ? { ...held, ...own } : { ...own };
}

/** How much an element is on the wire, in bytes. */
export function sizeOf(element: BoardElement): number {
  return new TextEncoder().encode(JSON.stringify(element)).length;
}

/**
 * A stroke with no more points and bytes than a board takes: every second point goes until it fits; both ends stay.
 * Points of a screen that is scaled have many digits, so that bytes may be the tighter bound.
 */
export function thinned(
  element: BoardElement,
  limits: Pick<BoardLimits, "points" | "element_bytes">,
): BoardElement {
  let { points, pressures } = element;
  const fits = (): boolean =>
    !points ||
    points.length <= 2 ||
    (points.length <= limits.points &&
      sizeOf({ ...element, points, pressures: pressures ?? null }) <= limits.element_bytes);
  if (fits()) return element;
  while (points && !fits()) {
    const last = points.length - 1;
    const stays = (_: unknown, at: number): boolean => at % 2 === 0 || at === last;
    if (pressures?.length === points.length) pressures = pressures.filter(stays);
    points = points.filter(stays);
  }
  return { ...element, ...(points ? { points } : {}), ...(pressures ? { pressures } : {}) };
}

/** A stroke's points are kept in hundredths of a pixel, and its pressures in thousandths: nobody sees more. */
const POINT_PARTS = 100;
const PRESSURE_PARTS = 1_000;

/** A stroke without digits that nobody sees: a pen, or a board that is zoomed, gives every number seventeen. */
export function trimmed(element: BoardElement): BoardElement {
  const { type, points, pressures } = element;
  if (type !== "freedraw") return element;
  const to = (parts: number) => (value: number) => Math.round(value * parts) / parts;
  return {
    ...element,
    ...(points ? { points: points.map((point) => point.map(to(POINT_PARTS))) } : {}),
    ...(pressures ? { pressures: pressures.map(to(PRESSURE_PARTS)) } : {}),
  };
}

/** Whether two strokes, or whatever has points, have the same. */
export function samePoints({ points: one }: BoardElement, { points: other }: BoardElement): boolean {
  return (
    one?.length === other?.length &&
    (one ?? []).every((point, at) => point.every((value, axis) => value === other?.[at]?.[axis]))
  );
}

/** Cuts elements into commands that the server takes. */
export function commandsOf(elements: readonly BoardElement[], limits: BoardLimits): BoardElement[][] {
  const commands: BoardElement[][] = [];
  let command: BoardElement[] = [];
  let bytes = 0;
  for (const element of elements) {
    const size = sizeOf(element) + 1;
    if (
      command.length > 0 &&
      (bytes + size > FRAME_ROOM_BYTES || command.length >= limits.elements_per_command)
    ) {
      commands.push(command);
      command = [];
      bytes = 0;
    }
    command.push(element);
    bytes += size;
  }
  if (command.length > 0) commands.push(command);
  return commands;
}

/** How elements lie above each other; what says nothing of its place lies on top. */
export function byPile(one: { index?: string | null; id: string }, other: typeof one): number {
  if (!one.index !== !other.index) return one.index ? -1 : 1;
  if (one.index && other.index && one.index !== other.index) return one.index < other.index ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

export interface SceneInput<E extends Stamp & { id: string; isDeleted: boolean; index?: string | null }> {
  /** What this editor shows, deleted ones included. */
  local: readonly E[];
  /** What the server has, made fit for this editor; what it cannot show is not in it. */
  held: Iterable<E>;
  /** What others have in motion. */
  moving: Iterable<E>;
  gone: Iterable<Gone>;
  /** Stamps of what is shown only because others have it in motion. */
  shownMoving: ReadonlyMap<string, Stamp>;
  /** What the person is working on at this moment: nobody takes it out of their hand. */
  inHand: ReadonlySet<string>;
}

/** The scene that an editor should show, lowest first; `moving` are the stamps of what in it is still in motion. */
export function compose<E extends Stamp & { id: string; isDeleted: boolean; index?: string | null }>(
  input: SceneInput<E>,
): { scene: E[]; moving: Map<string, Stamp> } {
  const { inHand } = input;
  const scene = new Map<string, E>();
  for (const one of input.local) {
    if (inHand.has(one.id) || !same(one, input.shownMoving.get(one.id))) scene.set(one.id, one);
  }
  const put = (one: E): boolean => {
    if (inHand.has(one.id) || !wins(one, scene.get(one.id))) return false;
    scene.set(one.id, one);
    return true;
  };
  for (const one of input.held) put(one);
  for (const { id, version, versionNonce } of input.gone) {
    const shown = scene.get(id);
    if (shown) put({ ...shown, version, versionNonce, isDeleted: true });
  }
  const moving = new Map<string, Stamp>();
  for (const one of input.moving) {
    if (put(one)) moving.set(one.id, { version: one.version, versionNonce: one.versionNonce });
  }
  return { scene: [...scene.values()].sort(byPile), moving };
}
