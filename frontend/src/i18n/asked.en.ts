/** What a buyer asked the seller of this room for. The card's words are few, and come with all others. */
export const askedLines = {
  asked: (buyer: string) => `${buyer} asks for an offer`,
  requestOver: "The buyer’s request is closed, and this negotiation with it.",
};

export const asked = {
  lines: "What is wanted",
  neededBy: "Needed by",
  answersUntil: "Answers until",
  compare: "Compare the offers",
  acceptCloses: "The other rooms of your request are closed; their sellers do not learn who got the order.",
};

export const askedRefusals = {
  "request.over": "The request that this room was opened for is closed. Nothing is accepted here.",
};
