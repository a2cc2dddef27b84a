import type { guest as Guest, guestLines as Lines, guestRefusals as Refusals } from "./guests.en.ts";

export const guestLines: typeof Lines = {
  guestRevoked: (who, whom) => `${who} ha revocado el enlace de ${whom}, que ha salido de la sala`,
  guestEnded: (whom) => `El enlace de ${whom} ha caducado y ha salido de la sala`,
  guestRegistered: (who) => `${who} ha creado una cuenta`,
};

export const guest: typeof Guest = {
  chip: "invitado",
  chipHint: "Ha venido por un enlace, sin cuenta: nadie ha comprobado quién es.",
  banner: "Estás aquí como invitado. Habla, dibuja y haz ofertas; para aceptar y pagar necesitas una cuenta.",
  makeAccount: "Crear una cuenta",
  makeAccountToAccept: "Crear una cuenta para aceptar",
  link: "Un enlace de un invitado: mira adónde lleva antes de abrirlo.",
  endedTitle: "Tu enlace ya no vale",
  endedHint: "Has salido de la sala. Si quieres seguir, pide otro enlace a quien te invitó.",
};

export const guestRefusals: typeof Refusals = {
  "guest.account_needed":
    "Estás aquí como invitado. Crea una cuenta para esto: todo lo que dijiste y ofreciste sigue siendo tuyo.",
  "guest.message_too_long": "El mensaje de un invitado tiene como máximo 2.000 caracteres.",
};
