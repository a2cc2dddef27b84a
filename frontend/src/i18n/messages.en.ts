import { fileRefusals, files } from "./files.en.ts";

/** What can be done with a message. */
export const messageLines = {
  edited: (who: string) => `${who} corrected a message`,
  redacted: (who: string) => `${who} removed a message`,
  reacted: (who: string, reaction: string) => `${who} reacted to a message: ${reaction}`,
  unreacted: (who: string, reaction: string) => `${who} took a reaction back: ${reaction}`,
};

export const message = {
  files,
  actions: (name: string) => `What ${name} said`,
  reply: "Reply",
  react: "React",
  edit: "Correct",
  remove: "Remove",
  report: "Report…",
  reportPerson: (name: string) => `Report ${name}…`,
  reportRoom: "Report this room…",
  edited: "corrected",
  versions: (count: number) => `${count} earlier ${count === 1 ? "version" : "versions"}`,
  removed: "This message was removed.",
  removedBy: (name: string) => `This message was removed by ${name}.`,
  earlier: "an earlier message",
  search: "Search this room",
  searchFailed: "The search could not be loaded.",
  lookingBack: "You are looking at earlier messages.",
  lookAtNewest: "Back to the newest",
  answers: (name: string) => `Answers ${name}`,
  answering: (name: string) => `You answer ${name}`,
  dropAnswer: "Do not answer this message",
  editLabel: "Correct your message",
  editHint: "What you said before stays readable.",
  save: "Save",
  removeTitle: "Remove this message?",
  removeHint:
    "What it says is removed for everyone and for good. That there was a message, and who removed it, stays.",
  removeReason: "Why?",
  removeReasonHint: "Everyone here reads it.",
  removeConfirm: "Remove it",
  reactionNames: {
    "👍": "agreed",
    "👎": "no",
    "🙏": "thank you",
    "✅": "done",
    "❓": "a question",
    "👀": "looking into it",
  } as Record<string, string>,
  reactionOf: (reaction: string, names: string) => `${reaction}: ${names}`,
};

export const messageRefusals = {
  ...fileRefusals,
  "message.unknown": "There is no such message, or it was removed.",
  "message.not_own": "This is not your message.",
  "message.frozen": "The other side has made an offer since: what was said before it stays as it was.",
  "message.edits_exhausted": "This message has been changed too often. Please write a new one.",
};
