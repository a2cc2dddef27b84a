/** Whether the person's system is dark: the editor has no eye for it. */
import { useSyncExternalStore } from "react";

const DARK = "(prefers-color-scheme: dark)";

export function useDark(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(DARK);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => window.matchMedia(DARK).matches,
  );
}
