import type { writingRefusals as Refusals, writing as Writing } from "./writing.en.ts";

export const writing: typeof Writing = {
  people: "Personas que nombrar",
  emoji: "Emojis",
  pickEmoji: "Añadir un emoji",
  searchEmoji: "Busca emojis por su nombre",
  noEmoji: "No hay ningún emoji con ese nombre.",
  commands: "Órdenes",
  proposed: (count) => `${count} ${count === 1 ? "propuesta" : "propuestas"}, elige con las flechas`,
  sent: "Enviado",
  readBy: (names) => `Leído por ${names}`,
  named: "Te nombran",
  commandNames: {
    offer: "oferta",
    accept: "aceptar",
    decline: "rechazar",
    withdraw: "retirar",
    close: "cerrar",
    board: "pizarra",
    help: "ayuda",
  },
  commandHints: {
    offer: "Haz una oferta, o contraoferta la que está sobre la mesa",
    accept: "Acepta lo que está en pie, tras confirmarlo",
    decline: "Rechaza lo que está en pie",
    withdraw: "Retira tu propia oferta",
    close: "Abandona esta negociación",
    board: "Abre la pizarra",
    help: "Teclas y órdenes",
  },
  notNow: "Ahora no se puede.",
};

export const writingRefusals: typeof Refusals = {
  "message.mention_unknown": "Nombras a alguien que no lee esto.",
};
