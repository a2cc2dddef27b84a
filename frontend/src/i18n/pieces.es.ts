/** Entre las ofertas y la pizarra. */
import type { pieceWords as wordsEn } from "./pieces.en.ts";

export const pieceWords: typeof wordsEn = {
  show: (name) => `Mostrar en la pizarra: ${name}`,
  onBoard: "En la pizarra",
  release: (name) => `Ya no es de la pizarra: ${name}`,
  gone: "Ya no está en la pizarra",
  goneHere: "Lo que nombra la oferta ya no está en la pizarra.",
  dueWrong: "Escribe un día con cuatro cifras del año.",
  price: "Ponerle precio",
  line: "Su línea en la oferta",
  pin: "Poner una observación",
  pinWhere: "Haz clic en la imagen, donde está.",
  issue: "Hacerla condición",
  itsIssue: "Su condición en la oferta",
  isIssue: (name) => `Condición: ${name}`,
  from: "De la pizarra…",
  back: "Volver a la oferta",
  card: "Mostrar esta oferta",
};
