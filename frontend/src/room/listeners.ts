/**
 * Tells who listens that something changed. What draws the screen is told at once of what the person did, and once for
 * all that comes from the server in one go: opening a room brings half a dozen frames.
 */

/** So long is waited for more, in milliseconds: one frame of a screen. */
const TOGETHER_MS = 16;

export class Listeners {
  #all = new Set<() => void>();
  #drawing = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  readonly add = (listener: () => void): (() => void) => add(this.#all, listener);

  readonly addDrawing = (listener: () => void): (() => void) => add(this.#drawing, listener);

  /** `more`: the server may be about to say more. */
  tell(more: boolean): void {
    for (const listener of this.#all) listener();
    if (more) this.#timer ??= setTimeout(() => this.#draw(), TOGETHER_MS);
    else this.#draw();
  }

  #draw(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const listener of this.#drawing) listener();
  }
}

function add(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
