/** Where one wants to be in a log: by the page's address, such as a hit of a search, or by a click. */
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Lane } from "./components/Lanes.tsx";
import { useStore } from "./context.ts";
import { type Look, placeOf, type Window } from "./lookback.ts";
import type { StreamState } from "./roomState.ts";
import type { Row } from "./rows.ts";

/** Frames that a row far away takes to be drawn, at most. */
const FRAMES = 60;
/** Frames for which it has to keep the focus. */
const HELD = 8;

export function useLook(): Look | null {
  const { lookback } = useStore();
  return useSyncExternalStore(lookback.subscribe, lookback.get);
}

/** Follows the address, now and when it changes. `jumps` changes with the part of the log that one looks at. */
export function useAddress(onLane: (lane: Lane) => void): { jumps: number } {
  const { config, lookback } = useStore();
  useEffect(() => {
    function follow(): void {
      const place = placeOf(window.location.hash);
      const stream = place?.caucus ? config.caucus : config.table;
      if (!place || !stream) return;
      onLane(place.caucus ? "caucus" : "table");
      void lookback.goTo(stream, place.seq, place.latest);
    }
    follow();
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, [config, lookback, onLane]);
  return { jumps: useSyncExternalStore(lookback.subscribe, () => lookback.jumps) };
}

/** What is shown of a log: what is held, or a part of it elsewhere. */
export function usePart(live: StreamState, part: Window | null): StreamState {
  return useMemo(
    () => (part ? { ...live, events: part.events, first: part.events[0]?.seq ?? 1 } : live),
    [live, part],
  );
}

/** Shows and selects the entry where somebody wants to be, once it is here. */
export function useArrival(
  look: Look | null,
  rows: Row[],
  show: (index: number) => void,
  select: (index: number) => void,
): void {
  const { lookback } = useStore();
  const drawn = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for each wish, not for what comes meanwhile
  useLayoutEffect(() => {
    const first = !drawn.current;
    drawn.current = true;
    if (!look) return;
    if (look.seq === null) {
      // Whoever scrolled there is there; whoever comes back from another lane begins at the newest.
      if (first) lookback.leave();
      return;
    }
    const index = rows.findIndex(({ key }) => key === `event ${look.seq}`);
    show(index);
    if (look.select) select(index);
    lookback.arrived();
  }, [look?.wish]);
}

/** Puts the focus on a row as soon as it is drawn, and again when it was drawn anew while rows find their places. */
export function focusRow(scroller: RefObject<HTMLElement | null>, key: string): void {
  let held = 0;
  let given = false;
  const look = (frames: number): void => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
    const now = document.activeElement;
    if (given && now !== row && now !== document.body) return; // somebody went elsewhere
    if (row && now === row) held += 1;
    else if (row) {
      row.focus({ preventScroll: given });
      given = true;
    }
    if (held < HELD && frames > 0) requestAnimationFrame(() => look(frames - 1));
  };
  requestAnimationFrame(() => look(FRAMES));
}
