import { useCallback, useSyncExternalStore } from "react";

const PHONE = "(max-width: 47.99rem)";
const WIDE = "(min-width: 75rem)";

function useMedia(media: string): boolean {
  const subscribe = useCallback(
    (listener: () => void): (() => void) => {
      const query = window.matchMedia(media);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    [media],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(media).matches);
}

/** True where one thing fits at a time; the same width as in room.css. */
export function usePhone(): boolean {
  return useMedia(PHONE);
}

/** True where the board fits beside the talk; the same width as in room.css. */
export function useWide(): boolean {
  return useMedia(WIDE);
}
