import { useLayoutEffect, useRef } from "react";

export interface Keys {
  onStep: (by: 1 | -1) => void;
  onReply: () => void;
  onEdit: () => void;
  onReact: () => void;
  onOffer: () => void;
  onCompare: () => void;
  onBoard: () => void;
  onSearch: () => void;
  onHistory: () => void;
  onHelp: () => void;
  /** True while a dialog is open. */
  blocked: boolean;
}

/** Single keys for those whose hands stay on them; none of them accepts anything. They work once the room is seen. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useLayoutEffect(() => {
    latest.current = keys;
  });
  useLayoutEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const {
        onStep,
        onReply,
        onEdit,
        onReact,
        onOffer,
        onCompare,
        onBoard,
        onSearch,
        onHistory,
        onHelp,
        blocked,
      } = latest.current;
      if (blocked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement | null;
      // The board's editor has keys of its own.
      if (target?.closest("input, textarea, select, [contenteditable], dialog, .board-editor")) return;
      const actions: Record<string, () => void> = {
        j: () => onStep(1),
        k: () => onStep(-1),
        r: onReply,
        e: onEdit,
        ":": onReact,
        o: onOffer,
        x: onCompare,
        b: onBoard,
        "/": onSearch,
        h: onHistory,
        "?": onHelp,
      };
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    }
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
