/** When a room is drawn for the first time. */
import type { RoomStore } from "./store.ts";

/** So long a first look at the room is waited for, in milliseconds; then the screen comes without it. */
const AT_MOST_MS = 1_500;

/**
 * Resolves when the table is here, or when it is known that it does not come now. What is drawn before would be drawn
 * twice, and move under the reader's eyes.
 */
export function opened({ config, getView, subscribe }: RoomStore): Promise<void> {
  const known = (): boolean => {
    const { streams, refused, connection } = getView();
    const away = connection.state === "waiting" || connection.state === "ended";
    return streams[config.table]?.ready || refused[config.table] !== undefined || away;
  };
  return new Promise((resolve) => {
    const timer = setTimeout(done, AT_MOST_MS);
    const stop = subscribe(() => known() && done());
    function done(): void {
      clearTimeout(timer);
      stop();
      resolve();
    }
    if (known()) done();
  });
}
