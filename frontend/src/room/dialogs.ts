import type { Offer, ReportAbout } from "../protocol/types.ts";
import type { Asked } from "./components/ModeratorTools.tsx";
import type { Piece } from "./pieces.ts";
import type { Part } from "./remarks.ts";

/** What is open above the room. */
export type DialogState =
  | { kind: "offer"; price?: string; piece?: Piece }
  | { kind: "remark"; offer: Offer; package: number; part: Part | null }
  | { kind: "accept"; offer: Offer; package: number }
  | { kind: "decline"; offer: Offer }
  | { kind: "withdraw"; offer: Offer }
  | { kind: "remove"; stream: string; seq: number }
  | { kind: "close" }
  | { kind: "step_in" }
  | { kind: "search" }
  | { kind: "report"; about: ReportAbout }
  | { kind: "moderate"; asked?: Asked }
  | { kind: "help" };

export type OpenDialog = (dialog: DialogState) => void;
