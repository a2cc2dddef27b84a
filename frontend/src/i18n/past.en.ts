/** Looking back, and what one takes away. Loaded with the parts that say it. */
export const past = {
  title: "Looking back",
  looking: (seq: number, head: number, moment: string) => `You look at event ${seq} of ${head}, ${moment}.`,
  back: "Back to now",
  slider: "Event",
  value: (seq: number, head: number, moment: string, what: string) =>
    `Event ${seq} of ${head}, ${moment}: ${what}`,
  said: (who: string) => `${who} said something`,
  saw: (who: string, version: number) => `${who} saw v${version}`,
  offered: (who: string, version: number) => `${who} put v${version} on the table`,
  stepBack: "One event back",
  stepOn: "One event on",
  offerBack: "Offer before",
  offerOn: "Next offer",
  play: "Play",
  pause: "Pause",
  loading: "Looking it up…",
  failed: "This moment could not be looked up. Please try another one, or again.",
  board: (moment: string) => `The board as it was, ${moment}`,
  boardNow: "The newest event is now: the board is shown as it is.",
  boardEmpty: "Nothing was on the board.",
  boardFailed: "The board of this moment cannot be shown.",
  record: "Record",
  history: "History",
  historyHint: "The room at any event",
  pdf: "Transcript as PDF",
  json: "Transcript, signed (JSON)",
  caucus: "Our side's own talk, signed (JSON)",
  verify: "Check a transcript",
};

export type PastWords = typeof past;
