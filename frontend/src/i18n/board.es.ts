/** Las palabras de la pizarra de una sala. */
import type { boardWords as wordsEn } from "./board.en.ts";

export const boardWords: typeof wordsEn = {
  board: "Pizarra",
  boardHint: "Aquí dibujan ambas partes",
  boardClose: "Cerrar la pizarra",
  boardLoading: "Trayendo la pizarra…",
  boardFailed: "La pizarra no se puede mostrar en este momento.",
  boardThumbnail: "Abrir la pizarra. Lo que hay ahora en ella:",
  lineDue: "Plazo",
  lineBy: (day) => `para el ${day}`,
  boardAnnex: "Pizarra, tal como se acordó",
  boardAnnexHint: (version) => `Versión ${version}, cubierta por el hash del acuerdo`,
};
