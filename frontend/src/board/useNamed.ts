/** What a screen reader needs to know and the editor says wrongly or not at all; the editor draws anew at any time. */
import { type RefObject, useEffect } from "react";
import type { DrawingDictionary } from "../i18n/useDrawingLanguage.ts";

export function useNamed(frame: RefObject<HTMLElement | null>, t: DrawingDictionary): void {
  useEffect(() => {
    const within = frame.current;
    if (!within) return undefined;
    const observer = new MutationObserver(() => look());
    const seen = new WeakSet<HTMLElement>();
    const look = (): void => {
      // It says to the eye what the button under the pointer says for itself, and stands outside of every landmark.
      set(document.body, ".excalidraw-tooltip", { "aria-hidden": "true" });
      // Dialogs stand beside the room, in boxes of their own.
      for (const part of [within, ...document.querySelectorAll<HTMLElement>("body > .excalidraw")]) {
        if (!seen.has(part)) observer.observe(part, CHANGES);
        seen.add(part);
        name(part, t);
      }
    };
    observer.observe(document.body, { childList: true });
    look();
    return () => observer.disconnect();
  }, [frame, t]);
}

const CHANGES = {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["aria-expanded", "aria-label", "role"],
};

function name(within: HTMLElement, t: DrawingDictionary): void {
  set(within, "canvas.interactive", { role: "img", "aria-label": t.boardCanvas });
  set(within, ".main-menu-trigger", { "aria-label": t.boardMenu });
  // Its label hides the zoom that it shows.
  set(within, ".reset-zoom-button", { "aria-label": null });
  // A landmark of the page, inside of another one.
  set(within, "footer", { role: "group" });
  set(within, "[role=dialog]:not([aria-label])", { "aria-label": t.boardChoose });
  // Said of a box that does nothing: the button in it says it for itself.
  set(within, "div[aria-controls]:not([role])", {
    ...{ "aria-expanded": null, "aria-haspopup": null, "aria-controls": null },
  });
}

function set(within: HTMLElement, selector: string, attributes: Record<string, string | null>): void {
  for (const element of within.querySelectorAll(selector)) mark(element, attributes);
}

/** Only what differs is written: each writing calls the observer again. */
export function mark(element: Element, attributes: Record<string, string | null>): void {
  for (const [key, value] of Object.entries(attributes)) {
    if (element.getAttribute(key) === value) continue;
    if (value === null) element.removeAttribute(key);
    else element.setAttribute(key, value);
  }
}
