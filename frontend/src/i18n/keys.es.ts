import type { keysHint as Hint, keys as Keys } from "./keys.en.ts";

export const keys: typeof Keys = [
  ["j / k", "entrada siguiente / anterior"],
  ["r", "responder al mensaje elegido, o escribir uno"],
  ["e", "corregir el mensaje elegido"],
  [":", "reaccionar al mensaje elegido"],
  ["o", "hacer, contestar o mejorar una oferta"],
  ["x", "comparar versiones"],
  ["b", "abrir o cerrar la pizarra"],
  ["/", "buscar en esta sala"],
  ["h", "mirar atrás: la sala en cualquier evento"],
  ["?", "estas teclas"],
  ["Intro", "enviar"],
  ["Mayús+Intro", "línea nueva"],
  ["Esc", "cerrar o salir del texto"],
];

export const keysHint: typeof Hint = "Aceptar nunca tiene tecla: siempre pregunta antes.";
