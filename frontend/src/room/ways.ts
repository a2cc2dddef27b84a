/** Where the room leads, for what is loaded apart from it. */
import type { Lane } from "./components/Lanes.tsx";
import type { OpenDialog } from "./dialogs.ts";
import type { RoomStore } from "./store.ts";

export interface Ways {
  store: RoomStore;
  /** Whether the talk of the table is beside the board. */
  beside: boolean;
  onLane: (lane: Lane) => void;
  open: OpenDialog;
  /** Shows the terms of a version. */
  onCompare: (version: number) => void;
}

/** Of the room of this page: there is one. */
export const ways: { now: Ways | null } = { now: null };
