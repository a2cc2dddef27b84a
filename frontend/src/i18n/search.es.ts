import type { SearchWords } from "./search.en.ts";

export const searchWords: SearchWords = {
  title: "Buscar en esta sala",
  label: "Palabras en mensajes y ofertas",
  hint: "Deben estar todas las palabras; entre comillas, seguidas. ↑ ↓ eligen, Intro lleva allí.",
  found: (count, more) =>
    `${count}${more ? " o más" : ""} ${count === 1 && !more ? "lugar encontrado" : "lugares encontrados"}`,
  nothing: "No se encontró nada. Prueba con menos palabras o con otras.",
  failed: "La búsqueda no responde en este momento.",
  behind: "Los mensajes más recientes aún no se buscan.",
  more: "Más",
  everywhere: "Buscar en todas mis salas",
  ourSide: "Nuestro lado",
  offer: (version) => `Oferta, versión ${version}`,
  approval: "Oferta ante un responsable",
  corrected: "corregido",
};
