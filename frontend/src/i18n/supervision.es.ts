import type {
  supervisionLines as Lines,
  supervisionRefusals as Refusals,
  supervision as Supervision,
} from "./supervision.en.ts";

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
