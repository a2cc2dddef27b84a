import { asked, askedLines, askedRefusals } from "./asked.en.ts";
import { boardWords } from "./board.en.ts";
import { deliveryLines } from "./deliveries.en.ts";
import { feedbackLines } from "./feedback.en.ts";
import { guest, guestLines, guestRefusals } from "./guests.en.ts";
import { keys, keysHint } from "./keys.en.ts";
import { message, messageLines, messageRefusals } from "./messages.en.ts";
import { offerRefusals, offers } from "./offers.en.ts";
import { sideLines, sides } from "./sides.en.ts";
import { supervision, supervisionLines, supervisionRefusals } from "./supervision.en.ts";
import { units } from "./units.en.ts";
import { wantsRefusals } from "./wants.en.ts";
import { writing, writingRefusals } from "./writing.en.ts";

/** English. The type of the other languages: a key that is missing there does not compile. */

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

export const en = {
  // Room and connection
  loading: "Opening the room…",
  roomMissing: "This room does not exist, or you may not enter it.",
  connecting: "Connecting…",
  offline: "No connection. You can go on writing: it is sent when the connection is back.",
  reconnecting: (seconds: number) => (seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again now."),
  tryNow: "Try now",
  endedSignIn: "You are signed out.",
  endedRemoved: "You no longer take part in this room.",
  endedReload: "This page is out of date.",
  signIn: "Sign in again",
  reload: "Load the page again",
  close: "Close",
  cancel: "Cancel",

  editorLoading: "Opening the offer…",
  editorFailed: "This part of the page did not come. Nothing that you wrote is lost.",

  // Sides
  buyer: "buyer",
  seller: "seller",
  moderator: "moderator",
  moderators: "Moderators",
  you: "you",
  system: "Negotiation Hub",
  someone: "Someone",
  with: "with",

  // Lanes
  lanes: "Lanes of this room",
  thisRoom: "This room",
  table: "The table",
  tableHint: "Both sides read this",
  ourSide: "Our side",
  ourSideHint: (organisation: string) => `Only ${organisation} reads this`,
  more: "More",
  listing: "Listing",
  allDeals: "All deals",
  order: "Order",
  evidence: "Download the record",
  unread: (count: number) => plural(count, "unread", "unread"),
  terms: "Terms",
  people: "People",
  hereNow: "here now",

  // Board
  ...boardWords,

  // Table bar
  tableBar: "What is on the table",
  version: (version: number) => `v${version}`,
  offerVersion: (version: number) => `Offer v${version}`,
  byYou: "from you",
  bySide: (organisation: string) => `from ${organisation}`,
  nothingStands: "No offer on the table",
  listPrice: (price: string) => `Listed at ${price}`,
  yourTurn: "Your turn",
  theirTurn: (organisation: string) => `Waiting for ${organisation}`,
  expiresIn: "Stands for another",
  expired: "Time is up",
  expiredHint: "The time of this offer is over. It can no longer be accepted.",
  seenAt: (time: string) => `Seen ${time}`,
  notSeen: "Not seen yet",
  agreedOn: (version: number) => `Agreed on v${version}`,
  closed: "Negotiation ended",
  packagesFrom: (count: number) => `${count} packages, from`,
  days: (count: number) => `${count} d`,

  // Actions
  accept: "Accept…",
  reviewAccept: "Review and accept…",
  counter: "Counter",
  decline: "Decline",
  withdraw: "Withdraw",
  improve: "Improve",
  makeOffer: "Make an offer",
  compare: "Compare",
  offlineAction: "Not possible without a connection.",

  // Stream
  streamLabel: (lane: string) => `Messages: ${lane}`,
  olderLoading: "Loading earlier messages…",
  newLine: "New",
  jumpNewest: "Jump to newest",
  newBelow: (count: number) => plural(count, "new message", "new messages"),
  today: "Today",
  yesterday: "Yesterday",
  emptyTable: "Nothing has been said yet.",
  emptyTableHint: "Say hello, ask a question, or put an offer on the table.",
  emptyCaucus: "Only your side is here.",
  emptyCaucusHint:
    "Limits, doubts and plans belong here. The other side never receives them, not even that you wrote.",
  sending: "Sending…",
  waitingSend: "Waits for the connection",
  notSent: "Not sent",
  retry: "Send again",
  edit: "Edit",
  discard: "Discard",
  typingOne: (name: string) => `${name} is writing…`,
  typingMany: "Several people are writing…",

  // Offer card
  counters: (version: number) => `counters v${version}`,
  supersedes: (version: number) => `improves v${version}`,
  showTerms: "Show the terms",
  hideTerms: "Hide the terms",
  package: (letter: string) => `Package ${letter}`,
  packagesHint: (count: number) => `${count} packages of equal worth to them: one can be accepted.`,
  packagesHintOwn: (count: number) => `${count} packages: the other side can accept one.`,
  offerStatus: {
    pending: "on the table",
    countered: "countered",
    superseded: "replaced",
    accepted: "accepted",
    declined: "declined",
    withdrawn: "withdrawn",
    expired: "expired",
    voided: "voided",
  },

  // Redline
  redlineTitle: (after: number, before: number) => `v${after} against v${before}`,
  termsOf: (version: number) => `Terms of v${version}`,
  against: "against",
  noTerms: "No offer has been made yet.",
  now: "Now",
  added: "new",
  removed: "dropped",
  quantity: "Quantity",
  unitPrice: "Unit price",
  net: "Net",
  tax: "Tax",
  gross: "Total to pay",
  taxBasis: "Tax",
  taxNone: "no tax",
  taxAdded: (rate: string) => `${rate} comes on top`,
  taxIncluded: (rate: string) => `${rate} included`,
  taxInTotal: (rate: string) => `incl. ${rate} tax`,
  yes: "Yes",
  no: "No",
  allVersions: "All versions",
  showVersion: (version: number) => `Show v${version}`,
  chartLabel: (buyer: string, seller: string) =>
    `Totals of the offers over the versions. Last from the buyer: ${buyer}. Last from the seller: ${seller}.`,
  chartGap: (gap: string) => `${gap} apart`,
  none: "none",

  // People
  joined: "in the room",
  endNegotiation: "End the negotiation…",

  // Order
  orderTitle: (number: string) => `Order ${number}`,
  orderSteps: {
    agreed: "Agreed",
    placed: "Placed",
    paid: "Paid",
    shipped: "Delivered",
    received: "Received",
  },
  openOrder: "Open the order",
  nextPlace: "Place the order",
  nextPlaceHint: "Say where it goes and how you pay.",
  nextPay: "Pay",
  nextPayHint: (due: string) => `Due ${due}.`,
  nextShip: "Deliver the order",
  nextShipHint: "The buyer's payment is secured.",
  nextReceipt: "Confirm receipt",
  nextReceiptHint: "This releases the held funds to the seller.",
  nextConfirm: "Confirm the order",
  nextConfirmHint: "The seller has prepared it; the link is in your mail and on the order's page.",
  waitPlace: "The buyer places the order next.",
  waitConfirm: "The buyer has to confirm the order.",
  waitPay: "The buyer pays next.",
  waitShip: "The seller delivers next.",
  waitReceipt: "The buyer confirms receipt next.",
  orderDone: "Delivered, received and paid out. This deal is complete.",
  orderReceived: "Received. This deal is complete.",
  orderExpired: "The order was not paid in time and has expired.",
  orderCanceled: "The order was canceled.",
  orderReturned: "The order was returned.",
  convertHint: "You may also prepare the order for the buyer on its page.",

  // Composer
  composerTable: "Write to the table: both sides read this",
  composerCaucus: (organisation: string) => `Write to your own side: only ${organisation} reads this`,
  composerModerator: "Write to the table as moderator",
  send: "Send",
  tooLong: (count: number) => plural(count, "character too many", "characters too many"),
  composerKeys: "Enter sends, Shift+Enter begins a new line",

  // Offer editor
  editorPropose: "Make an offer",
  editorCounter: (version: number) => `Counter v${version}`,
  editorImprove: (version: number) => `Improve your v${version}`,
  editorBase: (version: number) => `Prefilled from v${version}. Change what you want to be different.`,
  lines: "What is delivered",
  lineTitle: "Title",
  unit: "Unit",
  price: "Price per unit",
  addLine: "Add a line",
  removeLine: (number: number) => `Remove line ${number}`,
  issues: "Other terms",
  issueName: "Term",
  issueValue: "Value",
  addIssue: "Add a term",
  removeIssue: (name: string) => `Remove ${name || "this term"}`,
  issueIdeas: ["Warranty", "Packaging", "Frame agreement"],
  taxRate: "Tax rate in per cent",
  taxChoices: { none: "No tax", added: "Tax comes on top", included: "Tax is in the prices" },
  expiry: "Stands for",
  expiryChoices: {
    "3600": "1 hour",
    "21600": "6 hours",
    "86400": "1 day",
    "172800": "2 days",
    "259200": "3 days",
    "604800": "1 week",
    "1209600": "2 weeks",
    "2592000": "30 days",
  },
  addPackage: "Add an alternative package",
  addPackageHint: "Up to three packages of equal worth to you; the other side picks one.",
  removePackage: (letter: string) => `Remove package ${letter}`,
  preview: "Preview",
  previewHint: "The server computes the binding amounts.",
  sendOffer: "Put it on the table",
  sendCounter: "Send the counter-offer",
  sendImproved: "Replace your offer",
  moved: (version: number) => `v${version} is on the table now.`,
  movedAway: "The offer you answered is no longer on the table.",
  offerAnew: "Make this a new offer",
  answerIt: (version: number) => `Answer v${version} with these terms`,
  againstTheirs: (change: string, version: number) => `${change} against v${version}`,
  againstList: (change: string) => `${change} against the list price`,
  checks: {
    title: "Name what is delivered.",
    quantity: "Enter a quantity above zero.",
    quantityDecimals: "At most 6 decimals.",
    price: "Enter a price above zero.",
    priceDecimals: (decimals: number) =>
      decimals === 0 ? "This currency has no decimals." : `At most ${decimals} decimals in this currency.`,
    large: "This number is too large.",
    issueName: "Give the term a name.",
    issueTwice: "This term is there twice.",
    issueValue: "Say what is offered.",
    place: "Name the place or port.",
    rate: "Enter a rate between 0 and 100.",
    same: "These are exactly the terms on the table. Accept them instead, or change something.",
    sameOwn: "Nothing has changed yet.",
    packagesSame: "Two packages are the same.",
    several: (count: number) =>
      count === 1 ? "One thing is missing or wrong." : `${count} things are missing or wrong.`,
  },

  // Accept, decline, withdraw, close
  acceptTitle: (version: number) => `Accept offer v${version}?`,
  acceptBetween: "Between",
  acceptYouPay: "You pay",
  acceptYouGet: "You are paid",
  acceptPackage: "Choose a package",
  acceptConsequences: "What happens when you accept",
  acceptBinds: (organisation: string) =>
    `This binds ${organisation} to exactly these terms; the amount never rises later.`,
  acceptOrder:
    "An agreement, an order and a payment request are made at the same moment; of a frame agreement no order yet.",
  acceptPay: (organisation: string) =>
    `${organisation} has 72 hours to pay an order. Nothing is charged now.`,
  acceptEnds: "All earlier versions end. One side alone cannot undo this.",
  acceptConfirm: (version: number, total: string) => `Accept v${version} for ${total}`,
  acceptStale: (version: number) => `v${version} is no longer on the table.`,
  working: "One moment…",
  declineTitle: (version: number) => `Decline offer v${version}?`,
  declineHint: "The offer ends. The negotiation stays open and either side may make a new offer.",
  withdrawTitle: (version: number) => `Withdraw your offer v${version}?`,
  withdrawHint: "It can no longer be accepted. What it replaced does not come back.",
  closeTitle: "End this negotiation?",
  closeHint: "No more offers can be made in this room. The record stays readable for both sides.",
  closeConfirm: "End the negotiation",
  reason: "Reason",
  optional: "optional",
  reasonHint: "The other side reads this.",

  // System lines
  line: {
    ...sideLines,
    ...messageLines,
    ...askedLines,
    ...supervisionLines,
    ...guestLines,
    ...feedbackLines,
    ...deliveryLines,
    opened: (title: string) => `The room was opened: ${title}`,
    joined: (name: string, side: string) => `${name} joined as ${side}`,
    accepted: (who: string, version: number, total: string) =>
      `${who} accepted v${version}: agreed at ${total}`,
    declined: (who: string, version: number) => `${who} declined v${version}`,
    withdrawn: (who: string, version: number) => `${who} withdrew v${version}`,
    expired: (version: number) => `v${version} expired`,
    closed: (who: string) => `${who} ended the negotiation`,
    reason: (reason: string) => `“${reason}”`,
    "order.placed": (number: string) => `Order ${number} was placed`,
    "order.converted": (number: string) => `The seller prepared order ${number}; the buyer has to confirm it`,
    "order.confirmed": (number: string) => `The buyer confirmed order ${number}`,
    "order.expired": (number: string) => `Order ${number} expired unpaid`,
    "order.canceled": (number: string) => `Order ${number} was canceled`,
    "order.reinstated": (number: string) => `Order ${number} stands again`,
    "order.reopened": (number: string) => `Order ${number} stands again`,
    "order.received": (number: string) => `The buyer confirmed receipt of order ${number}`,
    "payment.authorized": (amount: string) => `Payment of ${amount} is secured`,
    "payment.captured": (amount: string) => `${amount} was paid and is held`,
    "payment.failed": (amount: string) => `A payment of ${amount} failed; it can be tried again`,
    "payment.late": (amount: string) => `A payment of ${amount} came after the order had expired`,
    "payment.refunded": (amount: string) => `${amount} was refunded`,
    "shipment.sent": (carrier: string, tracking: string) =>
      tracking ? `Shipped with ${carrier}, ${tracking}` : `Shipped with ${carrier}`,
    "shipment.delivered": "Delivered",
    "shipment.late": (days: number) =>
      `Delivery ${days} ${days === 1 ? "day" : "days"} after what was agreed`,
    "funds.released": (amount: string) => `${amount} was released to the seller`,
    other: "Something happened that this page does not know yet",
  },

  // Announced to screen readers
  heardMessage: (name: string, text: string) => `${name}: ${text}`,
  heardOffer: (organisation: string, version: number, total: string) =>
    `Offer version ${version} from ${organisation}: ${total}. It is your turn.`,
  titleTurn: "Your turn",

  sides,

  supervision,
  guest,

  asked,
  message,
  writing,

  // Refusals, by code; others are shown in the server's words
  refusal: {
    "offer.standing": "An offer is on the table already.",
    "offer.stale": "A newer version is on the table.",
    "offer.none_standing": "No offer is on the table any more.",
    "offer.own": "This is your own side's offer.",
    "offer.not_own": "This is the other side's offer.",
    "offer.identical": "These are the terms on the table: accept them instead.",
    "offer.unchanged": "Nothing has changed since your last offer.",
    "offer.expired": "The time of this offer is over.",
    "offer.rounds_exhausted": "This room has had all the versions it can have.",
    "negotiation.not_open": "This negotiation is no longer open.",
    "client.gave_up": "Something went wrong on our side. Please try again.",
    "rate.too_fast": "Too much at once. Please wait a moment.",
    "board.full": "This board is full. Please delete something first.",
    "board.kind": "Embedded pages cannot be put on a board.",
    "board.image_unknown": "The picture of this element is not on the board.",
    "board.image_name": "Another picture of this board has that name already.",
    "board.no_image": "Only pictures can be put on a board: JPEG, PNG, GIF and WebP.",
    "board.images_full": "This board has as many pictures as it may have.",
    "frame.malformed": "It is too large, or not in a form that can be kept.",
    not_permitted: "You may not do this here.",
    ...wantsRefusals,
    ...messageRefusals,
    ...askedRefusals,
    ...writingRefusals,
    ...offerRefusals,
    ...supervisionRefusals,
    ...guestRefusals,
    "stream.unknown": "This room does not exist, or you may not enter it.",
  } as Record<string, string>,

  // Keys
  help: "Keys",
  keys,
  keysHint,

  // Units, UNECE Rec 20
  units,
  offers,
};

export type Dictionary = typeof en;
