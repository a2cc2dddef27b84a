import { fileRefusals, files } from "./files.es.ts";
import type {
  messageLines as Lines,
  message as Message,
  messageRefusals as Refusals,
} from "./messages.en.ts";

export const messageLines: typeof Lines = {
  edited: (who) => `${who} corrigió un mensaje`,
  redacted: (who) => `${who} eliminó un mensaje`,
  reacted: (who, reaction) => `${who} reaccionó a un mensaje: ${reaction}`,
  unreacted: (who, reaction) => `${who} retiró una reacción: ${reaction}`,
};

export const message: typeof Message = {
  files,
  actions: (name) => `Lo que dijo ${name}`,
  reply: "Responder",
  react: "Reaccionar",
  edit: "Corregir",
  remove: "Eliminar",
  report: "Denunciar…",
  reportPerson: (name) => `Denunciar a ${name}…`,
  reportRoom: "Denunciar esta sala…",
  edited: "corregido",
  versions: (count) => `${count} ${count === 1 ? "versión anterior" : "versiones anteriores"}`,
  removed: "Este mensaje fue eliminado.",
  removedBy: (name) => `${name} eliminó este mensaje.`,
  earlier: "un mensaje anterior",
  search: "Buscar en esta sala",
  searchFailed: "No se pudo cargar la búsqueda.",
  lookingBack: "Estás viendo mensajes anteriores.",
  lookAtNewest: "Volver a lo más reciente",
  answers: (name) => `Responde a ${name}`,
  answering: (name) => `Respondes a ${name}`,
  dropAnswer: "No responder a este mensaje",
  editLabel: "Corrige tu mensaje",
  editHint: "Lo que dijiste antes sigue siendo legible.",
  save: "Guardar",
  removeTitle: "¿Eliminar este mensaje?",
  removeHint:
    "Lo que dice se elimina para todos y para siempre. Que hubo un mensaje, y quién lo eliminó, permanece.",
  removeReason: "¿Por qué?",
  removeReasonHint: "Todos los presentes lo leen.",
  removeConfirm: "Eliminarlo",
  reactionNames: {
    "👍": "de acuerdo",
    "👎": "no",
    "🙏": "gracias",
    "✅": "hecho",
    "❓": "una pregunta",
    "👀": "lo estoy mirando",
  },
  reactionOf: (reaction, names) => `${reaction}: ${names}`,
};

export const messageRefusals: typeof Refusals = {
  ...fileRefusals,
  "message.unknown": "No existe ese mensaje, o fue eliminado.",
  "message.not_own": "Este mensaje no es tuyo.",
  "message.frozen": "La otra parte ha hecho una oferta desde entonces: lo dicho antes queda como estaba.",
  "message.edits_exhausted": "Este mensaje se ha cambiado demasiadas veces. Escribe uno nuevo.",
};
