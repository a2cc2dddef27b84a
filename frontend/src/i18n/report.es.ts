import type { report as english } from "./report.en.ts";

/** Reporting to the moderators, in Spanish. */
export const report: typeof english = {
  title: "Denunciar ante los moderadores",
  hint: "Lo leen los moderadores, y quién denuncia. Nadie más se entera.",
  about: "¿De qué se trata?",
  message: (who, text) => `Lo que dijo ${who}: «${text}»`,
  offer: (version, who) => `Versión ${version}, ofrecida por ${who}`,
  person: (name) => name,
  room: "Esta sala",
  kind: "¿Qué está mal?",
  kinds: {
    payment: "Quieren que pague o cobre fuera de la plataforma",
    fraud: "Parece un fraude",
    insult: "Un insulto o una amenaza",
    spam: "Publicidad no deseada",
    other: "Otra cosa",
  },
  words: "¿Qué ha pasado?",
  send: "Denunciar",
  thanks: "Gracias. Un moderador lo mirará.",
  done: "Listo",
  refusal: {
    "report.open": "Ya lo has denunciado. Un moderador lo mirará.",
    "report.target": "En esta sala no hay nada así que denunciar.",
    "report.own": "Esto es tuyo.",
    "report.too_many": "Has denunciado mucho. Espera un rato antes de denunciar más.",
  },
};
