/** Between the board and the offers: what is said of its elements, and what can be offered of them. */
import type { ExcalidrawImperativeAPI } from "@excalidraw/excalidraw/types";
import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { usePieceWords } from "../i18n/pieces.ts";
import { useRoom } from "../room/context.ts";
import { namedOf, pieces } from "../room/pieces.ts";
import "../styles/pieces.css";
import { Badges } from "./Badges.tsx";
import { PieceBar } from "./PieceBar.tsx";

/** How long it is said that something is gone, in milliseconds. */
const SAID_FOR_MS = 8_000;

interface PricedProps {
  api: ExcalidrawImperativeAPI | null;
  stream: string;
  selected: readonly string[];
}

export function Priced({ api, stream, selected }: PricedProps): ReactNode {
  const words = usePieceWords();
  const { store, table } = useRoom();
  const named = useMemo(() => table && namedOf(table), [table]);
  const gone = useShown(api, stream);
  // A room that is looked back on has nothing to offer, and its board is of another moment.
  if (!api || store.readOnly) return null;
  return (
    <>
      {named && named.elements.size > 0 && <Badges api={api} named={named} />}
      <PieceBar api={api} stream={stream} selected={selected} named={named} />
      <p className="board-gone" role="status">
        {gone && words.goneHere}
      </p>
    </>
  );
}

/** Shows and selects the element that somebody wants to see; whether it is gone instead. */
function useShown(api: ExcalidrawImperativeAPI | null, stream: string): boolean {
  const { store } = useRoom();
  const wanted = useSyncExternalStore(pieces.subscribe, pieces.wanted);
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (!gone) return undefined;
    const timer = setTimeout(() => setGone(false), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [gone]);
  useEffect(() => {
    if (!api || wanted === null) return undefined;
    const held = store.boardOf(stream).elements.get(wanted);
    if (!held || held.isDeleted) {
      setGone(true);
      pieces.shown();
      return undefined;
    }
    setGone(false);
    // The editor may be about to begin, and takes the board over only then.
    let found = false;
    const look = (): void => {
      // Showing it changes the editor, which calls this again.
      if (found || !has(api, wanted)) return;
      found = true;
      show(api, wanted);
      pieces.shown();
    };
    look();
    return api.onChange(look);
  }, [api, store, stream, wanted]);
  return gone;
}

function has(api: ExcalidrawImperativeAPI, id: string): boolean {
  return !api.getAppState().isLoading && api.getSceneElements().some((one) => one.id === id);
}

/** Brings an element, with its group, into the middle and selects it. */
function show(api: ExcalidrawImperativeAPI, id: string): void {
  const elements = api.getSceneElements();
  const element = elements.find((one) => one.id === id);
  if (!element) return;
  const state = api.getAppState();
  const group = element.groupIds.at(-1);
  const whole = group ? elements.filter(({ groupIds }) => groupIds.includes(group)) : [element];
  api.setActiveTool({ type: "selection" });
  api.updateScene({
    appState: {
      selectedElementIds: Object.fromEntries(whole.map((one) => [one.id, true as const])),
      selectedGroupIds: group ? { [group]: true } : {},
    },
  });
  const large = (length: number, seen: number): boolean => length * state.zoom.value > seen;
  const fit = whole.some(({ width, height }) => large(width, state.width) || large(height, state.height));
  api.scrollToContent(whole, {
    fitToContent: fit,
    animate: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  // Whoever came by a button finds the way back under their fingers.
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`.board-badge[data-element="${CSS.escape(id)}"]`)?.focus({
      preventScroll: true,
    }),
  );
}
