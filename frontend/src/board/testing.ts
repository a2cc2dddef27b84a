/** An editor and a room without a screen, for the board's tests. */
import type { BoardElement } from "../protocol/commands.ts";
import type { RoomConfig } from "../room/config.ts";
import { Keep } from "../room/keep.ts";
import { RoomStore } from "../room/store.ts";
import { BUYER, type FakeSocket, TABLE } from "../room/testing.ts";
import type { Editor, Hand } from "./BoardSync.ts";
import type { Images } from "./images.ts";

export const BOARD = "0199aaaa-0000-7000-8000-0000000000d1";
const NO_BOX = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };

export function el(id: string, version = 1, more: Partial<BoardElement> = {}): BoardElement {
  return {
    id,
    type: "rectangle",
    version,
    versionNonce: 1,
    isDeleted: false,
    x: 0,
    y: 0,
    index: "a1",
    ...more,
  };
}

/** An editor without a screen. */
export class FakeEditor implements Editor {
  elements: readonly BoardElement[] = [];
  now: Hand = { busy: false, stroke: null, ids: new Set() };
  shown = 0;
  scene = (): readonly BoardElement[] => this.elements;
  hand = (): Hand => this.now;
  show = (scene: readonly BoardElement[]): void => {
    this.elements = scene;
    this.shown += 1;
  };
}

/** Pictures whose bytes come when the test says so. */
export class FakeImages implements Images {
  there = new Set<string>();
  asked: string[] = [];
  wanted: string[] = [];
  answer: () => void = () => undefined;
  refuse: (reason: unknown) => void = () => undefined;
  has = (name: string): boolean => this.there.has(name);
  putUp = (name: string): Promise<void> => {
    this.asked.push(name);
    return new Promise((resolve, reject) => {
      this.answer = resolve;
      this.refuse = reject;
    });
  };
  want = (names: readonly string[]): void => void this.wanted.push(...names);
}

function config(layer: string | null): RoomConfig {
  return {
    ...{
      room: TABLE,
      table: TABLE,
      caucus: null,
      board: BOARD,
      boardPictureUrl: null,
      layer,
      title: "",
      socketUrl: "",
    },
    ...{
      language: "en",
      side: "buyer" as const,
      person: BUYER,
      orderUrl: null,
      listingUrl: null,
      listingsUrl: "",
      peopleUrl: "",
      searchUrl: "/api/v1/rooms/search",
      searchPageUrl: "/rooms/search/",
      filesUrl: "",
      csrf: "",
    },
    ...{
      dealsUrl: null,
      evidenceUrl: null,
      roomUrl: "",
      verifyUrl: null,
      loginUrl: "",
      accountUrl: null,
      iconsUrl: "",
    },
  };
}

/** A room of the buyer's with a board, and with a layer of their own side, if it is given one. */
export function boardStore(open: () => FakeSocket, layer: string | null = null): RoomStore {
  return new RoomStore(config(layer), new Keep(TABLE, BUYER, NO_BOX, NO_BOX), open);
}
