/** The words between offers and the board. */
import { apart } from "./apart.ts";
import type { pieceWords } from "./pieces.en.ts";

export const wordsOfPieces = apart(
  async () => (await import("./pieces.en.ts")).pieceWords as typeof pieceWords,
  async () => (await import("./pieces.es.ts")).pieceWords,
);

export const usePieceWords = (): typeof pieceWords => wordsOfPieces.words();
