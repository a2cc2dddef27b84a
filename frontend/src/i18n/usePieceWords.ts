/** The words between offers and the board: with the parts that use them, none of which the room opens with. */
import { useLanguage } from "./index.ts";
import { pieceWords as en } from "./pieces.en.ts";
import { pieceWords as es } from "./pieces.es.ts";

export function usePieceWords(): typeof en {
  return useLanguage().code.startsWith("es") ? es : en;
}
