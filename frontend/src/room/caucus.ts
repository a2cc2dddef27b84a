/** What is decided in one's own caucus and matters elsewhere. */
import type { Side } from "../protocol/types.ts";
import { useRoom } from "./context.ts";
import type { Totals } from "./money.ts";
import type { StreamState } from "./roomState.ts";

/** One's own caucus, if one has any. */
export function useCaucus(): StreamState | undefined {
  const { view, store } = useRoom();
  return store.config.caucus ? view.streams[store.config.caucus] : undefined;
}

/** Whether an offer of these sums must go before a manager; the server decides, this only says so early. */
export function beyondBound(
  caucus: StreamState | undefined,
  party: Side | null,
  totals: (Totals | null)[],
): boolean {
  const bound = caucus?.caucus?.bound ?? null;
  if (bound === null || caucus?.mayApprove || !party) return false;
  return totals.some((sum) => sum !== null && (party === "seller" ? sum.net < bound : sum.gross > bound));
}
