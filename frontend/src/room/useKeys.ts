import { useEffect, useRef } from "react";

export interface Keys {
  onStep: (by: 1 | -1) => void;
  onReply: () => void;
  onOffer: () => void;
  onCompare: () => void;
  onHelp: () => void;
  /** True while a dialog is open. */
  blocked: boolean;
}

/** Single keys for those whose hands stay on them; none of them accepts anything. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      const { onStep, onReply, onOffer, onCompare, onHelp, blocked } = latest.current;
      if (blocked || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement | null;
      if (target?.closest("input, textarea, select, [contenteditable], dialog")) return;
      const actions: Record<string, () => void> = {
        j: () => onStep(1),
        k: () => onStep(-1),
        r: onReply,
        o: onOffer,
        x: onCompare,
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
