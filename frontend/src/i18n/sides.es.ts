/** What a side decides for itself, and what moderators do, in Spanish. */
import type { sideLines as linesEn, sides as sidesEn } from "./sides.en.ts";
import { wants } from "./wants.es.ts";

export const sideLines: typeof linesEn = {
  openedFrom: (title, origin) => `Se ha abierto la sala: ${title}. Continúa «${origin}»`,
  steppedIn: (who) => `${who} ha intervenido como moderador`,
  steppedBack: (who) => `${who} se ha retirado y solo observa`,
  bound: (who, none) =>
    none
      ? `${who} deja que todos los nuestros decidan solos`
      : `${who} ha fijado hasta dónde podemos ir solos`,
  wanted: (who) => `${who} ha anotado qué queremos`,
  asked: (who) => `${who} pide a un responsable una oferta más allá de nuestro tope`,
  granted: (who, version) => `${who} la ha aprobado: está en la mesa como v${version}`,
  refused: (who) => `${who} no la ha aprobado`,
  takenBack: (who) => `${who} la ha retirado`,
  lapsed: "Lo que esperaba aprobación ya no encaja con la mesa",
};

export const sides: typeof sidesEn = {
  wants,
  floor: "Nuestro mínimo",
  limit: "Nuestro máximo",
  floorHint: "Por debajo, sin impuestos, decide un responsable nuestro. La otra parte nunca lo ve.",
  limitHint: "Por encima, con impuestos, decide un responsable nuestro. La otra parte nunca lo ve.",
  none: "ninguno",
  change: "Cambiar",
  save: "Guardar",
  remove: "Quitar",
  amount: (currency) => `Importe en ${currency}`,
  amountWrong: "Escribe un importe mayor que cero.",
  waits: (total) => `${total} espera a un responsable`,
  pendingTitle: (name) => `${name} quiere ofrecer`,
  belowFloor: (floor) => `por debajo de nuestro mínimo de ${floor}`,
  belowListing: (floor) => `una línea está por debajo del mínimo de su anuncio, ${floor}`,
  aboveLimit: (limit) => `por encima de nuestro máximo de ${limit}`,
  approve: "Aprobar y poner en la mesa",
  refuse: "No aprobar",
  refuseReason: "¿Por qué no?",
  takeBack: "Retirarla",
  onlyManager: "Decide un responsable de nuestra parte.",
  movedOn: "La mesa ha cambiado desde entonces: ya no se puede aprobar.",
  asks: (side) =>
    side === "seller"
      ? "Por debajo de tu mínimo: antes decide un responsable."
      : "Por encima de tu máximo: antes decide un responsable.",
  askManager: "Preguntar a un responsable",
  observing: "Observas. Todos en la mesa ven que estás aquí.",
  isIn: "Has intervenido y puedes hablar.",
  stepIn: "Intervenir…",
  stepInTitle: "Intervenir como moderador",
  stepInHint:
    "Ambas partes leen que has intervenido y por qué. Después puedes hablar en la mesa; no haces ofertas.",
  stepInReason: "¿Por qué intervienes?",
  stepInConfirm: "Intervenir",
  stepBack: "Retirarse",
  fromShop: "Añadir otra cosa en oferta…",
};
