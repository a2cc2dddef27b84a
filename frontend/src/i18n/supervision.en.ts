/** What moderators impose, and what it means for whom. */

export const supervisionLines = {
  muted: (who: string, whom: string) => `${who} muted ${whom}`,
  unmuted: (who: string, whom: string) => `${who} lets ${whom} speak again`,
  removed: (who: string, whom: string) => `${who} removed ${whom} from the room`,
  readmitted: (who: string, whom: string) => `${who} lets ${whom} come back`,
  locked: (who: string) => `${who} locked the room`,
  unlocked: (who: string) => `${who} unlocked the room`,
  boardLocked: (who: string) => `${who} locked the board`,
  boardUnlocked: (who: string) => `${who} unlocked the board`,
  boardCleared: (who: string) => `${who} cleared the board`,
  boardRestored: (who: string, name: string | null, at: string) =>
    name ? `${who} put the board back to “${name}”` : `${who} put the board back to how it was on ${at}`,
  frozen: (who: string, version: number) => `${who} froze v${version}`,
  unfrozen: (who: string, version: number) => `${who} released v${version}`,
  voided: (who: string, version: number) => `${who} took v${version} off the table`,
  extended: (who: string, version: number, until: string) => `${who} extended v${version} until ${until}`,
  whispers: (who: string) => `${who} (moderator) whispers to your side`,
  whispersHint: "Only your side reads this. What you write here, the moderator does not.",
};

export const supervision = {
  // Banners and chips
  locked: "A moderator has locked this room: both sides can read, and no more.",
  boardLocked: "A moderator has locked the board: both sides look at it, and draw no more.",
  muted: "A moderator has muted you here: you can read, and no more.",
  frozenChip: "Frozen",
  frozen: "A moderator has frozen this offer: nobody can answer, replace or withdraw it for now.",
  mutedChip: "muted",
  removedChip: "removed",
  because: (reason: string) => `Reason: ${reason}`,
  removedTitle: "You were removed from this room",
  removedHint:
    "A moderator has removed you. Nothing of what follows here reaches you; your colleagues go on.",

  // Tools
  tools: "Moderate…",
};

export const supervisionRefusals = {
  "room.muted": "A moderator has muted you in this room. You can go on reading.",
  "room.locked": "A moderator has locked this room. You can go on reading.",
  "board.locked": "A moderator has locked this board. You can go on looking at it.",
  "offer.frozen": "A moderator has frozen this offer. It stays as it is for now.",
  "offer.extended_too_far": "No offer is good for more than 90 days after it was made.",
  "approval.author_silent": "Whoever asked for this may not offer anything here at the moment.",
  "participant.unknown": "Nobody of either side with this name has sat down here.",
  "moderation.observing": "You only observe here. Step in first.",
};
