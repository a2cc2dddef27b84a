/** The words between offers and the board. */
import { apart } from "./apart.ts";
import type { pieceWords } from "./pieces.en.ts";

export const wordsOfPieces = apart(
  async () => (await import("./later.en.ts")).pieceWords as typeof pieceWords,
  async () => (await import("./later.es.ts")).pieceWords,
);

export const usePieceWords = (): typeof pieceWords => wordsOfPieces.words();
