import type { ReportKind } from "../protocol/types.ts";

/** Reporting to the moderators. */
export const report = {
  title: "Report to the moderators",
  hint: "Moderators read it, and who reported. Nobody else here learns of it.",
  about: "What is it about?",
  message: (who: string, text: string) => `What ${who} said: “${text}”`,
  offer: (version: number, who: string) => `Version ${version}, offered by ${who}`,
  person: (name: string) => name,
  room: "This room",
  kind: "What is wrong?",
  kinds: {
    payment: "I should pay, or be paid, off the platform",
    fraud: "This looks like fraud",
    insult: "An insult or a threat",
    spam: "Spam",
    other: "Something else",
  } as Record<ReportKind, string>,
  words: "What happened?",
  send: "Report",
  thanks: "Thank you. A moderator will look at it.",
  done: "Done",
  refusal: {
    "report.open": "You have reported this already. A moderator will look at it.",
    "report.target": "There is nothing like that in this room to report.",
    "report.own": "This is your own.",
    "report.too_many": "You have reported a lot. Please wait a while before you report more.",
  } as Record<string, string>,
};
