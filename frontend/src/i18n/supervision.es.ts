import type {
  supervisionLines as Lines,
  supervisionRefusals as Refusals,
  supervision as Supervision,
} from "./supervision.en.ts";

const SIDES = { buyer: "comprador", seller: "vendedor", moderator: "moderador" } as const;

export const supervisionLines: typeof Lines = {
  muted: (who, whom) => `${who} silenció a ${whom}`,
  unmuted: (who, whom) => `${who} deja que ${whom} vuelva a hablar`,
  removed: (who, whom) => `${who} expulsó a ${whom} de la sala`,
  readmitted: (who, whom) => `${who} deja volver a ${whom}`,
  locked: (who) => `${who} bloqueó la sala`,
  unlocked: (who) => `${who} desbloqueó la sala`,
  boardLocked: (who) => `${who} bloqueó la pizarra`,
  boardUnlocked: (who) => `${who} desbloqueó la pizarra`,
  boardCleared: (who) => `${who} vació la pizarra`,
  boardRestored: (who, name, at) =>
    name ? `${who} devolvió la pizarra a «${name}»` : `${who} devolvió la pizarra a como estaba el ${at}`,
  frozen: (who, version) => `${who} congeló la v${version}`,
  unfrozen: (who, version) => `${who} liberó la v${version}`,
  voided: (who, version) => `${who} retiró la v${version} de la mesa`,
  extended: (who, version, until) => `${who} amplió el plazo de la v${version} hasta ${until}`,
  whispers: (who) => `${who} (moderación) susurra a tu lado`,
  whispersHint: "Solo lo lee tu lado. Lo que escribas aquí no lo lee quien modera.",
};

export const supervision: typeof Supervision = {
  locked: "Un moderador ha bloqueado esta sala: ambas partes pueden leer, y nada más.",
  boardLocked: "Un moderador ha bloqueado la pizarra: ambas partes la ven y no dibujan más.",
  muted: "Un moderador te ha silenciado aquí: puedes leer, y nada más.",
  frozenChip: "Congelada",
  frozen:
    "Un moderador ha congelado esta oferta: por ahora nadie puede contestarla, sustituirla ni retirarla.",
  mutedChip: "en silencio",
  removedChip: "fuera",
  because: (reason) => `Motivo: ${reason}`,
  removedTitle: "Se te ha expulsado de esta sala",
  removedHint:
    "Te ha expulsado un moderador. Nada de lo que siga aquí te llega; tus colegas pueden continuar.",

  tools: "Moderar…",
  title: "Moderar esta sala",
  loading: "Abriendo las herramientas…",
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

export const supervisionRefusals: typeof Refusals = {
  "room.muted": "Un moderador te ha silenciado en esta sala. Puedes seguir leyendo.",
  "room.locked": "Un moderador ha bloqueado esta sala. Puedes seguir leyendo.",
  "board.locked": "Un moderador ha bloqueado esta pizarra. Puedes seguir viéndola.",
  "offer.frozen": "Un moderador ha congelado esta oferta. Por ahora se queda como está.",
  "offer.extended_too_far": "Ninguna oferta vale más de 90 días desde que se hizo.",
  "approval.author_silent": "Quien lo pidió no puede ofrecer nada aquí en este momento.",
  "participant.unknown": "Aquí no se ha sentado nadie de ninguna parte con ese nombre.",
  "moderation.observing": "Aquí solo observas. Intervén antes.",
};
