/** Las palabras de la pizarra de una sala. */
import type { boardWords as wordsEn } from "./board.en.ts";

export const boardWords: typeof wordsEn = {
  board: "Pizarra",
  boardHint: "Aquí dibujan ambas partes",
  boardClose: "Cerrar la pizarra",
  boardLoading: "Trayendo la pizarra…",
  boardFailed: "La pizarra no se puede mostrar en este momento.",
  boardLookOnly: "Solo mirar",
  boardFrozen: (version) => `La versión ${version} forma parte del acuerdo`,
  boardCanvas: "La pizarra: dibujos de ambas partes",
  boardMenu: "Menú de la pizarra",
  boardChoose: "Elegir",
  boardEmpty: "Elige una herramienta arriba y dibuja. La otra parte lo ve al momento.",
  boardSave: "Guardar como imagen (PNG)",
  boardSaveSvg: "Guardar como dibujo (SVG)",
  boardSaveFile: "Guardar como archivo de Excalidraw",
  boardFailedFile: "El archivo no se puso en la pizarra o no se guardó.",
  boardImport: "Poner un archivo en la pizarra…",
  boardShowAll: "Mostrar todo",
  boardTakenBack: "Tu último cambio se ha deshecho.",
  boardPages: "En una pizarra no se pueden poner páginas incrustadas.",
  boardDrawnBy: (name) => (name ? `Dibujado por ${name}` : "Dibujado por ti"),
  boardAnnex: "Pizarra, tal como se acordó",
  boardAnnexHint: (version) => `Versión ${version}, cubierta por el hash del acuerdo`,
};
