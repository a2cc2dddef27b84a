/** How a board came to be, step by step. Pure. */
import type { BoardElement } from "../protocol/commands.ts";
import { byPile } from "./merge.ts";

/** What happened at one moment, as the server tells it. */
export interface Step {
  seq: number;
  at: string;
  by: string | null;
  elements: BoardElement[];
  /** Under which the board was saved at this step. */
  name?: string;
}

/** A whole board is kept this often, in steps: what lies between is folded when it is looked at. */
const KEPT_EVERY = 50;

export class Replay {
  #kept: ReadonlyMap<string, BoardElement>[] = [new Map()];

  /** `steps`, oldest first. */
  constructor(readonly steps: readonly Step[]) {
    let now = new Map<string, BoardElement>();
    steps.forEach((step, at) => {
      put(now, step);
      if ((at + 1) % KEPT_EVERY !== 0) return;
      this.#kept.push(now);
      now = new Map(now);
    });
  }

  /** What was shown after so many steps, the lowest first. */
  scene(count: number): BoardElement[] {
    const kept = Math.floor(count / KEPT_EVERY);
    const shown = new Map(this.#kept[kept]);
    for (const step of this.steps.slice(kept * KEPT_EVERY, count)) put(shown, step);
    return [...shown.values()].sort(byPile);
  }

  /** After how many steps the board's event `seq` had happened. */
  countAt(seq: number): number {
    const behind = this.steps.findIndex((step) => step.seq > seq);
    return behind < 0 ? this.steps.length : behind;
  }
}

/** The log has only what won when it was drawn, so of two contents of an element the later one counts. */
function put(shown: Map<string, BoardElement>, step: Step): void {
  for (const one of step.elements) {
    if (one.isDeleted) shown.delete(one.id);
    else shown.set(one.id, one);
  }
}

interface Page {
  head: number;
  events: Step[];
}

/** All steps of a board, page by page; `onPart` hears how much of it is there, from 0 to 1. */
export async function fetchSteps(
  url: string,
  query: string,
  onPart: (part: number) => void,
  signal: AbortSignal,
): Promise<Step[]> {
  const steps: Step[] = [];
  for (;;) {
    const after = steps.at(-1)?.seq ?? 0;
    const answer = await fetch(`${url}?after=${after}${query}`, { signal });
    if (!answer.ok) throw await answer.json();
    const { head, events } = (await answer.json()) as Page;
    steps.push(...events);
    const last = steps.at(-1)?.seq ?? 0;
    if (events.length === 0 || last >= head) return steps;
    onPart(last / head);
  }
}
