/** What single keys do. */
export const keys: [string, string][] = [
  ["j / k", "next / previous entry"],
  ["r", "answer the selected message, or write one"],
  ["e", "correct the selected message"],
  [":", "react to the selected message"],
  ["o", "make, counter or improve an offer"],
  ["x", "compare versions"],
  ["b", "open or close the board"],
  ["/", "search this room"],
  ["h", "look back: the room at any event"],
  ["?", "these keys"],
  ["Enter", "send"],
  ["Shift+Enter", "new line"],
  ["Esc", "close, or leave the text"],
];

export const keysHint: string = "Accepting never has a key: it always asks first.";
