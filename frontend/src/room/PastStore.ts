/** A room that has stopped: the room's own components show it, and nothing can be said or done in it. */
import { Refused } from "../protocol/socket.ts";
import type { RoomEvent } from "../protocol/types.ts";
import { Keep } from "./keep.ts";
import type { Moment } from "./past.ts";
import { applyHistory, emptyStream } from "./roomState.ts";
import { RoomStore } from "./store.ts";
import type { RoomView } from "./view.ts";

const NOTHING = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
const OLDER = 100;

export class PastStore extends RoomStore {
  override readonly readOnly = true;
  #past: RoomView;
  readonly #at: number;
  readonly #told = new Set<() => void>();
  #asked = false;

  constructor(live: RoomStore, moment: Moment) {
    // Whoever looks back sits on no side: no turn is theirs, and their own drafts and marks are left alone.
    super(
      { ...live.config, side: "moderator", caucus: null },
      new Keep(live.config.room, "", NOTHING, NOTHING),
    );
    const { table } = live.config;
    const { head, hash } = { head: moment.seq, hash: moment.event.hash };
    this.#at = Date.parse(moment.event.at);
    this.#past = {
      ...live.getView(),
      streams: {
        [table]: {
          ...emptyStream(table, "table"),
          head,
          hash,
          first: moment.first,
          events: moment.events,
          table: moment.table,
          side: "moderator",
          ready: true,
        },
      },
      pending: [],
      typing: {},
      present: {},
      refused: {},
      loadingOlder: {},
    };
  }

  override readonly getView = (): RoomView => this.#past;

  override readonly subscribe = (listener: () => void): (() => void) => {
    this.#told.add(listener);
    return () => this.#told.delete(listener);
  };

  override readonly subscribeDrawing = this.subscribe;

  /** The clock stands at the moment that is looked at. */
  override readonly now = (): number => this.#at;

  override start(): void {}

  override sendMessage(): void {}

  override markSeen(): void {}

  override typing(): void {}

  override sign(): void {}

  override openBoard(): void {}

  override mayDraw(): boolean {
    return false;
  }

  override command(): Promise<never> {
    return Promise.reject(new Refused({ code: "past", message: "", temporary: false }));
  }

  /** Older events come from the log by REST: the socket belongs to the room as it is now. */
  override async loadOlder(id: string): Promise<void> {
    const stream = this.#past.streams[id];
    if (!stream || stream.first <= 1 || this.#asked) return;
    this.#asked = true;
    try {
      const after = Math.max(0, stream.first - 1 - OLDER);
      const answer = await fetch(
        `${this.config.roomUrl}events?after=${after}&limit=${stream.first - 1 - after}`,
      );
      if (!answer.ok) return;
      const { events } = (await answer.json()) as { events: RoomEvent[] };
      this.#past = {
        ...this.#past,
        streams: { ...this.#past.streams, [id]: applyHistory(stream, events) },
      };
      for (const told of this.#told) told();
    } catch {
      // Asked again at the next scroll.
    } finally {
      this.#asked = false;
    }
  }
}
