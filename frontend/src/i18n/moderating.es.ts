/** Las palabras de las herramientas de moderación. */
import type { moderating as wordsEn } from "./moderating.en.ts";

const SIDES = { buyer: "comprador", seller: "vendedor", moderator: "moderador" } as const;

export const moderating: typeof wordsEn = {
  title: "Moderar esta sala",
  observeOnly: "Estás observando: puedes susurrar. Para todo lo demás, intervén antes.",
  sections: { whisper: "Susurrar", people: "Personas", room: "Sala", offer: "Oferta sobre la mesa" },
  whisperTo: "Susurrar a",
  sideOf: (side, organisation) => `${organisation} (${SIDES[side]})`,
  whisperText: "Lo que solo leerán ellos",
  whisperHint: "La otra parte no lo recibe, ni siquiera que has escrito. No verás su respuesta.",
  whisperSend: "Susurrar",
  whispered: (organisation) => `Susurrado al lado de ${organisation}`,
  yourWhispers: "Lo que has susurrado aquí",
  whispersFailed: "No se pudo cargar lo que susurraste antes.",
  nobody: "Todavía no se ha sentado nadie de ninguna de las partes.",
  nothing: "No hay nada sobre la mesa.",
  mute: "Silenciar",
  unmute: "Dejar hablar",
  remove: "Expulsar",
  readmit: "Dejar volver",
  lock: "Bloquear la sala",
  unlock: "Desbloquear la sala",
  lock_board: "Bloquear la pizarra",
  unlock_board: "Desbloquear la pizarra",
  clear_board: "Vaciar la pizarra",
  restore_board: "Devolver la pizarra a un momento anterior",
  freeze: "Congelar",
  unfreeze: "Liberar",
  void: "Anular",
  extend: "Ampliar",
  personLabel: (what, name, side) => `${what}: ${name}, ${SIDES[side]}`,
  why: "¿Por qué?",
  whyHint: "Lo leen todos en la mesa y queda en el registro.",
  hours: "Horas",
  hoursWrong: "De 1 a 168 horas enteras.",
  back: "Atrás",
  ask: {
    mute: (name) => `¿Silenciar a ${name}? Podrá leer, y nada más, hasta que le dejes hablar.`,
    unmute: (name) => `¿Dejar que ${name} vuelva a hablar?`,
    remove: (name) => `¿Expulsar a ${name}? La sala se le cierra en el acto.`,
    readmit: (name) => `¿Dejar volver a ${name}?`,
    lock: () =>
      "¿Bloquear la sala? Ambas partes podrán leer, y nada más. El plazo de las ofertas sigue corriendo.",
    unlock: () => "¿Desbloquear la sala? Ambas partes continúan.",
    lock_board: () => "¿Bloquear la pizarra? Ambas partes la ven y no dibujan más. La mesa sigue.",
    unlock_board: () => "¿Desbloquear la pizarra? Ambas partes siguen dibujando.",
    clear_board: () => "¿Quitar todo de la pizarra? Queda en su historia, y desde ahí puedes devolverlo.",
    restore_board: (name) =>
      `¿Devolver la pizarra a ${name}? Lo dibujado desde entonces queda en su historia.`,
    freeze: (offer) =>
      `¿Congelar la ${offer}? Nadie podrá contestarla, sustituirla ni retirarla. Su plazo sigue corriendo.`,
    unfreeze: (offer) => `¿Liberar la ${offer}? Se podrá volver a contestar.`,
    void: (offer) => `¿Retirar la ${offer} de la mesa? No se puede deshacer.`,
    extend: (offer) => `¿Cuánto tiempo más vale la ${offer}?`,
  },
};
