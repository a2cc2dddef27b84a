/** Where one is in a stream, and what one has read of it. */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { VirtualizerHandle } from "virtua";
import { useRoom } from "./context.ts";
import type { Look } from "./lookback.ts";
import type { StreamState } from "./roomState.ts";
import type { Row } from "./rows.ts";

/** How near to the end, in pixels, still counts as being there. */
const END_PX = 48;
/** How near to the beginning or the end of what is drawn more is asked for, in pixels. */
const AHEAD_PX = 400;
/** So much more than fills the screen is there at first, in pixels. */
const SPARE_PX = 400;

/**
 * Keeps the place: where one wants to be, else at the unread line or the end at first, then at the end for those who
 * are there.
 */
export function usePlace(stream: StreamState, rows: Row[], look: Look | null) {
  const { lookback } = useRoom().store;
  const past = look?.window != null;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useRef<VirtualizerHandle>(null);
  const end = useRef(true);
  const placed = useRef(false);
  const pressed = usePressed(scroller, end);
  const [atEnd, setAtEnd] = useState(true);
  const lastKey = rows.at(-1)?.key;

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the last row changes
  useLayoutEffect(() => {
    if (rows.length === 0 || look) return;
    const unread = rows.findIndex(({ type }) => type === "unread");
    if (!placed.current && stream.ready) {
      placed.current = true;
      reveal(scroller);
      if (unread > 0) virtual.current?.scrollToIndex(unread, { align: "start" });
      else virtual.current?.scrollToIndex(rows.length - 1, { align: "end" });
    } else if (!pressed.current && (end.current || rows.at(-1)?.type === "pending")) {
      virtual.current?.scrollToIndex(rows.length - 1, { align: "end" });
    }
  }, [lastKey, stream.ready]);

  useFilled(scroller, placed, stream);
  useAtEnd(scroller, end, pressed, past);

  function onScroll(offset: number): void {
    const element = scroller.current;
    if (!element) return;
    const below = element.scrollHeight - element.clientHeight - element.scrollTop;
    end.current = !past && below < END_PX;
    setAtEnd(end.current);
    if (offset < AHEAD_PX && placed.current) void (past ? lookback.older() : lookback.back(stream.id));
    else if (past && below < AHEAD_PX) void lookback.newer();
    if (end.current && placed.current) lookback.settle(stream.id);
  }

  function show(index: number): void {
    placed.current = true;
    reveal(scroller);
    end.current = false;
    virtual.current?.scrollToIndex(index < 0 ? rows.length - 1 : index, { align: "center" });
  }

  function toEnd(): void {
    if (past) lookback.leave();
    virtual.current?.scrollToIndex(rows.length - 1, { align: "end" });
    end.current = !past;
    setAtEnd(true);
  }

  return {
    scroller,
    virtual,
    atEnd: atEnd && !past,
    onScroll,
    show,
    toEnd,
    stay: () => (end.current = true),
  };
}

type Scroller = RefObject<HTMLDivElement | null>;

/** Rows are out of sight while they find their places, which takes two frames; room.css shows them later in any case. */
function reveal(scroller: Scroller): void {
  requestAnimationFrame(() => requestAnimationFrame(() => scroller.current?.setAttribute("data-placed", "")));
}

/** What does not fill the screen cannot be scrolled, and nothing would ask for what is older. */
function useFilled(scroller: Scroller, placed: RefObject<boolean>, stream: StreamState): void {
  const { store } = useRoom();
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when a page of older entries has come
  useEffect(() => {
    const element = scroller.current;
    if (element && placed.current && element.scrollHeight < element.clientHeight + SPARE_PX)
      void store.loadOlder(stream.id);
  }, [stream.first, stream.ready]);
}

/** Rows are measured after they are drawn and the writing line grows: stay at the end through both. */
function useAtEnd(
  scroller: Scroller,
  end: RefObject<boolean>,
  pressed: RefObject<boolean>,
  past: boolean,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      if (end.current && !past && !pressed.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    for (const child of element.children) observer.observe(child);
    return () => observer.disconnect();
  }, [past, scroller, end, pressed]);
}

/**
 * Whether something in the log is being pressed. It must not move away meanwhile: a press that ends on something else
 * is no click, and words that run away cannot be marked.
 */
function usePressed(scroller: Scroller, end: RefObject<boolean>): RefObject<boolean> {
  const pressed = useRef(false);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    // What does not fill the log lies at its end, and would be pushed up: its room above stays as high as it is.
    const room = element.querySelector<HTMLElement>(".log-room");
    const down = (): void => {
      pressed.current = true;
      if (room) room.style.minHeight = `${room.getBoundingClientRect().height}px`;
    };
    const up = (): void => {
      if (!pressed.current) return;
      pressed.current = false;
      if (room) room.style.minHeight = "";
      // The click comes first.
      requestAnimationFrame(() => {
        if (end.current) element.scrollTop = element.scrollHeight;
      });
    };
    element.addEventListener("pointerdown", down);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", up);
    return () => {
      element.removeEventListener("pointerdown", down);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", up);
    };
  }, [scroller, end]);
  return pressed;
}

/** Says what was read, and draws the unread line where one last left off. */
export function useReading(
  stream: StreamState,
  atEnd: boolean,
  onRead: (stream: string, seq: number) => void,
  onLeave: () => void,
): void {
  const left = useRef(onLeave);
  useEffect(() => {
    left.current = onLeave;
  });
  useEffect(() => {
    const look = (): void => {
      if (stream.ready && atEnd && document.visibilityState === "visible" && document.hasFocus())
        onRead(stream.id, stream.head);
    };
    const leave = (): void => left.current();
    look();
    window.addEventListener("focus", look);
    window.addEventListener("blur", leave);
    return () => {
      window.removeEventListener("focus", look);
      window.removeEventListener("blur", leave);
    };
  }, [stream.id, stream.ready, stream.head, atEnd, onRead]);
}
