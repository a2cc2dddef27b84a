/** The room's search panel; loaded with it. */
export const searchWords = {
  title: "Search this room",
  label: "Words in messages and offers",
  hint: "All words must be there, in quotes side by side. ↑ ↓ choose, Enter goes there.",
  found: (count: number, more: boolean) =>
    `${count}${more ? " or more" : ""} ${count === 1 && !more ? "place" : "places"} found`,
  nothing: "Nothing was found. Try fewer or other words.",
  failed: "The search does not answer at the moment.",
  behind: "The newest messages are not searched yet.",
  more: "More",
  everywhere: "Search all my rooms",
  ourSide: "Our side",
  offer: (version: number) => `Offer, version ${version}`,
  approval: "Offer before a manager",
  corrected: "corrected",
};

export type SearchWords = typeof searchWords;
