/** What helps while one writes, and what tells how far others have read. */
export const writing = {
  people: "People to name",
  emoji: "Emoji",
  pickEmoji: "Add an emoji",
  searchEmoji: "Search emoji by name",
  noEmoji: "No emoji of that name.",
  commands: "Commands",
  proposed: (count: number) => `${count} ${count === 1 ? "proposal" : "proposals"}, arrows to choose`,
  sent: "Sent",
  readBy: (names: string) => `Read by ${names}`,
  named: "You are named",
  commandNames: {
    offer: "offer",
    accept: "accept",
    decline: "decline",
    withdraw: "withdraw",
    close: "close",
    board: "board",
    help: "help",
  },
  commandHints: {
    offer: "Make an offer, or counter the one on the table",
    accept: "Accept what stands, after a confirmation",
    decline: "Decline what stands",
    withdraw: "Take your own offer back",
    close: "Walk away from this negotiation",
    board: "Open the board",
    help: "Keys and commands",
  },
  notNow: "This cannot be done now.",
};

export const writingRefusals = {
  "message.mention_unknown": "You name somebody who does not read this.",
};
