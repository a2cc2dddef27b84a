/** The words around a room's board. */
export const boardWords = {
  board: "Board",
  boardHint: "Both sides draw here",
  boardClose: "Close the board",
  boardLoading: "Fetching the board…",
  boardFailed: "The board cannot be shown at the moment.",
  boardThumbnail: "Open the board. What is on it now:",
  lineDue: "Due",
  lineBy: (day: string) => `by ${day}`,
  boardAnnex: "Board, as agreed",
  boardAnnexHint: (version: number) => `Version ${version}, covered by the hash of the agreement`,
};
