/** Leads between what is offered and the board. */
import { useEffect, useRef } from "react";
import type { Lane } from "./components/Lanes.tsx";
import { useRoom } from "./context.ts";
import type { DialogState } from "./dialogs.ts";
import { cardOf, pieces, type Wish } from "./pieces.ts";

/**
 * `beside`: whether the talk of the table is beside the board. Where the card of a version is not held, its terms are
 * shown by `onTerms`.
 */
export function usePieces(
  beside: boolean,
  onLane: (lane: Lane) => void,
  onOpen: (dialog: DialogState) => void,
  onTerms: (version: number) => void,
): void {
  const { store, stream } = useRoom();
  const now = { beside, onLane, onOpen, onTerms, table: stream };
  const latest = useRef(now);
  latest.current = now;
  useEffect(
    () =>
      pieces.follow((wish: Wish) => {
        const ways = latest.current;
        if (wish.to === "board") return ways.onLane("board");
        if (wish.to === "offer")
          return ways.onOpen({ kind: "offer", ...(wish.piece && { piece: wish.piece }) });
        const seq = cardOf(ways.table, wish.version);
        if (seq === null) return ways.onTerms(wish.version);
        if (!ways.beside) ways.onLane("table");
        void store.lookback.goTo(ways.table.id, seq);
      }),
    [store],
  );
}
