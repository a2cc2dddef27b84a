/** What a table says of surveys, in Spanish. */
import type { feedbackLines as linesEn } from "./feedback.en.ts";

export const feedbackLines: typeof linesEn = {
  "feedback.given": (number) => `El comprador respondió a las preguntas sobre el pedido ${number}`,
};
