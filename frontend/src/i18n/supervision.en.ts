/** What moderators impose, and what it means for whom. */
import type { ParticipantSide, Side } from "../protocol/types.ts";

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
  title: "Moderate this room",
  loading: "Opening the tools…",
  observeOnly: "You observe: you can whisper. Step in first for everything else.",
  sections: { whisper: "Whisper", people: "People", room: "Room", offer: "Offer on the table" },
  whisperTo: "Whisper to",
  sideOf: (side: Side, organisation: string) => `${organisation} (${side})`,
  whisperText: "What only they read",
  whisperHint: "The other side does not receive it, not even that you wrote. You do not see their answer.",
  whisperSend: "Whisper",
  whispered: (organisation: string) => `Whispered to ${organisation}’s side`,
  yourWhispers: "What you whispered here",
  whispersFailed: "What you whispered before could not be loaded.",
  nobody: "Nobody of either side has sat down yet.",
  nothing: "Nothing is on the table.",
  mute: "Mute",
  unmute: "Let speak",
  remove: "Remove",
  readmit: "Let back in",
  lock: "Lock the room",
  unlock: "Unlock the room",
  lock_board: "Lock the board",
  unlock_board: "Unlock the board",
  clear_board: "Clear the board",
  restore_board: "Put the board back",
  freeze: "Freeze",
  unfreeze: "Release",
  void: "Void",
  extend: "Extend",
  personLabel: (what: string, name: string, side: ParticipantSide) => `${what}: ${name}, ${side}`,
  why: "Why?",
  whyHint: "Everyone at the table reads it, and it stays in the record.",
  hours: "Hours",
  hoursWrong: "From 1 to 168 whole hours.",
  back: "Back",
  ask: {
    mute: (name: string) => `Mute ${name}? They can read, and no more, until you let them speak.`,
    unmute: (name: string) => `Let ${name} speak again?`,
    remove: (name: string) => `Remove ${name}? The room closes to them at once.`,
    readmit: (name: string) => `Let ${name} come back?`,
    lock: () => "Lock the room? Both sides can read, and no more. The time of offers runs on.",
    unlock: () => "Unlock the room? Both sides go on.",
    lock_board: () => "Lock the board? Both sides look at it, and draw no more. The table goes on.",
    unlock_board: () => "Unlock the board? Both sides draw on.",
    clear_board: () =>
      "Take everything off the board? It stays in the board's history, and you can put it back from there.",
    restore_board: (name: string) =>
      `Put the board back to ${name}? What was drawn since stays in its history.`,
    freeze: (offer: string) =>
      `Freeze ${offer}? Nobody can answer, replace or withdraw it. Its time runs on.`,
    unfreeze: (offer: string) => `Release ${offer}? It can be answered again.`,
    void: (offer: string) => `Take ${offer} off the table? This cannot be taken back.`,
    extend: (offer: string) => `How much longer is ${offer} good?`,
  },
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
