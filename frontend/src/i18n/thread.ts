/** The few words that a thread's page needs beside those of its template. Kept apart from the room's: they load at once. */

const en = {
  newPost: (name: string) => `New post from ${name}`,
  typingOne: (name: string) => `${name} is writing…`,
  typingMany: "Several people are writing…",
  someone: "Someone",
  system: "Negotiation Hub",
  sides: { seller: "Seller", buyer: "Buyer", moderator: "Moderator" } as Record<string, string>,
  answers: (name: string) => `answers ${name}`,
  byMail: "By mail",
  moved: (name: string) => `${name} took this to a private room.`,
  resolved: (name: string) => `${name} marked this as resolved.`,
  reopened: (name: string) => `${name} opened this again.`,
  open: "Open",
  done: "Resolved",
  posted: "Your post is there.",
  blank: "There is nothing in this message.",
};

export type ThreadWords = typeof en;

const es: ThreadWords = {
  newPost: (name: string) => `Nuevo mensaje de ${name}`,
  typingOne: (name: string) => `${name} está escribiendo…`,
  typingMany: "Varias personas están escribiendo…",
  someone: "Alguien",
  system: "Negotiation Hub",
  sides: { seller: "Vendedor", buyer: "Comprador", moderator: "Moderador" },
  answers: (name: string) => `responde a ${name}`,
  byMail: "Por correo",
  moved: (name: string) => `${name} llevó esto a una sala privada.`,
  resolved: (name: string) => `${name} lo marcó como resuelto.`,
  reopened: (name: string) => `${name} lo volvió a abrir.`,
  open: "Abierto",
  done: "Resuelto",
  posted: "Su mensaje está publicado.",
  blank: "No hay nada en este mensaje.",
};

export function threadWords(language: string): ThreadWords {
  return language.startsWith("es") ? es : en;
}
