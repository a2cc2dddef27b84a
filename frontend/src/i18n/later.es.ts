/** Las palabras sin las que se abre una sala. */
export { moderating } from "./moderating.es.ts";
export { past } from "./past.es.ts";
export { pieceWords } from "./pieces.es.ts";
export { unitNames } from "./unitNames.es.ts";
