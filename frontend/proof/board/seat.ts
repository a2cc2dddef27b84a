/** One browser window with a room's board open: the page's own code, an editor without a screen, a faulty line. */
import { BoardSync } from "../../src/board/BoardSync.ts";
import type { BoardState } from "../../src/board/merge.ts";
import type { BoardElement } from "../../src/protocol/commands.ts";
import type { RoomConfig } from "../../src/room/config.ts";
import { Keep } from "../../src/room/keep.ts";
import { RoomStore } from "../../src/room/store.ts";
import type { Chance } from "./chance.ts";
import { Artist, Easel, type Ledger } from "./easel.ts";
import { Line, type Waylaid } from "./line.ts";

/** Nobody puts pictures on these boards: their bytes go another way. */
export const NO_IMAGES = { has: () => true, putUp: () => Promise.resolve(), want: () => undefined };

/** Mistakes that a client could make, each of which the proof must find. */
export const PLANTS = ["", "forgets", "order", "unsent"] as const;
export type Plant = (typeof PLANTS)[number];

export interface Room {
  id: string;
  board: string;
}

export interface Place {
  name: string;
  url: string;
  token: string;
  room: Room;
  plant: Plant;
  /** An editor of a release that knows less. */
  older: boolean;
}

export const NO_BOX = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

export class Seat {
  readonly name: string;
  readonly line: Line;
  readonly easel: Easel;
  readonly store: RoomStore;
  readonly takenBack: string[] = [];
  readonly #board: string;
  readonly #artist: Artist;
  readonly #sync: BoardSync;
  #stopWaiting: (() => void) | null = null;
  #begun = false;

  constructor(place: Place, chance: Chance, ledger: Ledger) {
    this.name = place.name;
    this.#board = place.room.board;
    this.line = new Line(chance.part(), place.token, place.plant === "unsent" ? believed : null);
    this.store = new RoomStore(configOf(place), new Keep("", "", NO_BOX, NO_BOX), this.line.open);
    if (place.plant === "forgets") this.store.boardOf = forgetful(this.store.boardOf.bind(this.store));
    this.easel = new Easel(place.older);
    const fit = place.plant === "order" ? stubborn(this.easel) : this.easel.fit;
    this.#sync = new BoardSync(
      this.store,
      this.#board,
      fit,
      (reason) => this.takenBack.push((reason as { code?: string } | null)?.code ?? "page"),
      NO_IMAGES,
    );
    this.#artist = new Artist(this.easel, this.#sync, chance.part(), ledger);
  }

  /** The window is opened, and the board in it as soon as the server has told of it. */
  start(): void {
    this.store.start();
    this.store.openBoard(this.#board);
    this.#stopWaiting = this.store.subscribe(() => {
      if (this.#begun || !this.store.getView().streams[this.#board]?.ready) return;
      this.#begun = true;
      this.#stopWaiting?.();
      this.easel.show(this.#sync.scene());
      this.#sync.start(this.easel);
    });
  }

  act(): void {
    if (this.#begun) this.#artist.act();
  }

  hit(id: string): void {
    if (this.#begun) this.#artist.hit(id);
  }

  /** The pointer goes up, in whatever it was. */
  rest(): void {
    if (this.#begun) this.#artist.rest();
  }

  /** Somebody looks at the page again, or the network is back: no waiting for the timer. */
  wake(): void {
    if (this.store.getView().connection.state === "waiting") this.store.socket.wake();
  }

  get begun(): boolean {
    return this.#begun;
  }

  /** What the page's store has, deleted ones included. */
  get board(): BoardState {
    return this.store.boardOf(this.#board);
  }

  /** Where it stands, for whoever looks for a mistake. */
  get state(): string {
    const { connection, streams } = this.store.getView();
    const { head, stale } = streams[this.#board] ?? {};
    const may = this.store.mayDraw(this.#board) ? "may draw" : "may not draw";
    const ended = connection.state === "ended" ? `: ${connection.reason}` : "";
    return `${connection.state}${ended}, event ${head}${stale ? ", stale" : ""}, ${may}, ${this.takenBack.join(" ")}`;
  }

  stop(): void {
    this.#stopWaiting?.();
    if (this.#begun) this.#sync.stop();
    this.store.stop();
  }
}

/** Believes that what did not simply pass has arrived, and so never sends it again. */
const believed: Waylaid = ({ t, id, stream }, fate) =>
  t === "board.draw" && fate !== "passes" ? { t: "ack", id, stream, seq: 0, hash: "" } : null;

/** Does not take over how others have put elements above each other. */
function stubborn(easel: Easel): (element: BoardElement) => BoardElement | null {
  return (element) => {
    const shown = easel.find(element.id);
    return easel.fit(shown ? { ...element, index: shown.index ?? null } : element);
  };
}

/** Knows nothing of what was deleted. */
function forgetful(boardOf: (stream: string) => BoardState): (stream: string) => BoardState {
  const known = new WeakMap<BoardState, BoardState>();
  return (stream) => {
    const board = boardOf(stream);
    const held = known.get(board) ?? {
      ...board,
      elements: new Map([...board.elements].filter(([, one]) => !one.isDeleted)),
    };
    known.set(board, held);
    return held;
  };
}

export function configOf({ url, room }: Pick<Place, "url" | "room">): RoomConfig {
  return {
    ...{
      room: room.id,
      table: room.id,
      caucus: null,
      board: room.board,
      boardPictureUrl: null,
      layer: null,
      title: "",
    },
    ...{ socketUrl: `${url.replace("http", "ws")}/ws/`, language: "en", side: "buyer", person: "" },
    ...{ orderUrl: null, listingUrl: null, listingsUrl: "", peopleUrl: "", searchUrl: "", searchPageUrl: "" },
    ...{ filesUrl: "", csrf: "", dealsUrl: null, evidenceUrl: null, roomUrl: "", verifyUrl: null },
    ...{ loginUrl: "", accountUrl: null, iconsUrl: "" },
  };
}
