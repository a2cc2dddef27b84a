/** The words that a room opens without, in one file: many small ones weigh more than they hold. */
export { moderating } from "./moderating.en.ts";
export { past } from "./past.en.ts";
export { pieceWords } from "./pieces.en.ts";
export { unitNames } from "./unitNames.en.ts";
