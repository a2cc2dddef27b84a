/** Where a board is by REST: that of both sides, or the layer of one's own. */
import type { RoomConfig } from "../room/config.ts";

export interface Addresses {
  /** Of what belongs to the board; `path` is what follows its name. */
  of: (path: string) => string;
  /** What every address ends with. */
  query: string;
}

export function addressesOf({ roomUrl, layer }: RoomConfig, stream: string): Addresses {
  const query = stream === layer ? "?layer=1" : "";
  return { of: (path) => `${roomUrl}board${path}${query}`, query };
}
