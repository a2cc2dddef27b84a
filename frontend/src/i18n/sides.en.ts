/** What a side decides for itself, and what moderators do. */
import type { Side } from "../protocol/types.ts";
import { wants } from "./wants.en.ts";

export const sideLines = {
  openedFrom: (title: string, origin: string) => `The room was opened: ${title}. It continues “${origin}”`,
  steppedIn: (who: string) => `${who} stepped in as moderator`,
  steppedBack: (who: string) => `${who} stepped back and only observes`,
  bound: (who: string, none: boolean) =>
    none ? `${who} lets everyone of our side decide alone` : `${who} set how far we may go alone`,
  wanted: (who: string) => `${who} recorded what we want`,
  asked: (who: string) => `${who} asks a manager for an offer beyond our bound`,
  granted: (who: string, version: number) => `${who} approved it: it is on the table as v${version}`,
  refused: (who: string) => `${who} did not approve it`,
  takenBack: (who: string) => `${who} took it back`,
  lapsed: "What waited for approval does not fit the table any more",
};

export const sides = {
  wants,
  floor: "Our floor",
  limit: "Our limit",
  floorHint: "Below it, net of tax, a manager of our side decides. The other side never sees it.",
  limitHint: "Above it, tax included, a manager of our side decides. The other side never sees it.",
  none: "none",
  change: "Change",
  save: "Save",
  remove: "Remove",
  amount: (currency: string) => `Amount in ${currency}`,
  amountWrong: "Write an amount above zero.",
  waits: (total: string) => `${total} waits for a manager`,
  pendingTitle: (name: string) => `${name} wants to offer`,
  belowFloor: (floor: string) => `below our floor of ${floor}`,
  belowListing: (floor: string) => `a line is below its listing’s floor of ${floor}`,
  aboveLimit: (limit: string) => `above our limit of ${limit}`,
  approve: "Approve and put on the table",
  refuse: "Do not approve",
  refuseReason: "Why not?",
  takeBack: "Take it back",
  onlyManager: "A manager of our side decides.",
  movedOn: "The table has moved on since: it cannot be approved any more.",
  asks: (side: Side): string =>
    side === "seller"
      ? "Below your floor: a manager decides first."
      : "Above your limit: a manager decides first.",
  askManager: "Ask a manager",
  observing: "You observe. Everyone at the table sees that you are here.",
  isIn: "You have stepped in and may speak.",
  stepIn: "Step in…",
  stepInTitle: "Step in as moderator",
  stepInHint:
    "Both sides read that you stepped in, and why. You may then speak at the table; you make no offers.",
  stepInReason: "Why do you step in?",
  stepInConfirm: "Step in",
  stepBack: "Step back",
  fromShop: "Add something else on offer…",
};
