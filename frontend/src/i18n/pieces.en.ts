/** Between offers and the board. Not in the dictionary: the room opens without them. */
export const pieceWords = {
  show: (name: string) => `Show on the board: ${name}`,
  onBoard: "On the board",
  release: (name: string) => `Not about the board any more: ${name}`,
  gone: "No longer on the board",
  goneHere: "What the offer names is no longer on the board.",
  dueWrong: "Enter a day with four digits of the year.",
  price: "Price this",
  line: "Its line in the offer",
  pin: "Pin a remark",
  pinWhere: "Click on the picture where it is.",
  issue: "Make it an issue",
  itsIssue: "Its issue in the offer",
  isIssue: (name: string) => `Issue: ${name}`,
  from: "From the board…",
  back: "Back to the offer",
  card: "Show this offer",
};
