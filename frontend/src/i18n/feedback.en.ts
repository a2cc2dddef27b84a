/** What a table says of surveys. */
export const feedbackLines = {
  "feedback.given": (number: string) => `The buyer answered the questions about order ${number}`,
};
