/** People who came by a link and have no account. */

export const guestLines = {
  guestRevoked: (who: string, whom: string) => `${who} revoked the link of ${whom}, who has left the room`,
  guestEnded: (whom: string) => `The link of ${whom} has ended, and they have left the room`,
  guestRegistered: (who: string) => `${who} has made an account`,
};

export const guest = {
  chip: "guest",
  chipHint: "Came by a link, without an account: nobody has checked who this is.",
  banner: "You are here as a guest. Talk, draw and make offers; to accept and pay you need an account.",
  makeAccount: "Make an account",
  makeAccountToAccept: "Make an account to accept",
  link: "A link from a guest: look where it leads before you open it.",
  endedTitle: "Your link is over",
  endedHint: "You have left the room. Ask whoever invited you for a new link if you want to go on.",
};

export const guestRefusals = {
  "guest.account_needed":
    "You are here as a guest. Make an account for this: all that you said and offered stays yours.",
  "guest.message_too_long": "A guest's message has at most 2,000 characters.",
};
