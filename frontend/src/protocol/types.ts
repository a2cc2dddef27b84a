/**
 * The socket protocol, version 1, as docs/protocol.md describes it. What we send is generated (commands.ts).
 * Clients ignore fields they do not know, so nothing here is exhaustive on purpose.
 */

import type * as wire from "./commands.ts";
import type {
  AppointmentBody,
  DisputeBodies,
  FeedbackBody,
  FundsBody,
  OrderBody,
  PaymentBody,
  Pieces,
  ReturnBody,
  ServiceBody,
  ShipmentBody,
} from "./orderBodies.ts";

export type Side = "buyer" | "seller";
export type ParticipantSide = Side | "moderator";

/** An amount in minor units of a currency. */
export type Minor = number;

export type Issue = wire.Issue;
export type IssueValue = Issue["value"];
export type TaxBasis = wire.OfferTerms["tax_basis"];
export type Reaction = wire.MessageReact["reaction"];
export type Resume = wire.Resume;
export type ReportAbout = wire.ReportFile["about"];
export type ReportKind = wire.ReportFile["kind"];
export type Preference = wire.Preference;

/** What one writes of an offer; the server adds totals, hashes and its place on the table. */
export type LineDraft = wire.Line;
export type PackageDraft = wire.Package;
export type OfferDraft = wire.OfferTerms;

export interface Line extends LineDraft {
  total: Minor;
}

export interface Package {
  lines: Line[];
  issues: Issue[];
  hash: string;
  net: Minor;
  tax: Minor;
  gross: Minor;
}

export type OfferStatus =
  | "pending"
  | "countered"
  | "superseded"
  | "accepted"
  | "declined"
  | "withdrawn"
  | "expired"
  | "voided";

/** What a moderator has imposed: since when, and why. */
export interface Imposed {
  at: string;
  reason: string;
}

export interface Offer {
  id: string;
  version: number;
  side: Side;
  by: string | null;
  status: OfferStatus;
  made_at: string;
  expires_at: string;
  /** As it was offered, which its hash is over: of an offer that a moderator extended. */
  first_expires_at?: string;
  frozen?: Imposed;
  seen_at: string | null;
  hash: string;
  currency: string;
  tax_basis: TaxBasis;
  tax_rate_bp: number;
  packages: Package[];
  /** The agreement in force that it is to amend. */
  amends?: string;
}

export interface RoomFacts {
  id: string;
  title: string;
  listing: string | null;
  currency: string;
  list_price: Minor | null;
  origin?: Origin | null;
}

export interface Asked {
  title: string;
  /** Markdown as it was typed. */
  text: string;
  lines: { title: string; quantity: string; unit: string }[];
  currency: string;
  /** A day. */
  needed_by: string | null;
  answers_until: string;
}

export interface Organisation {
  id: string;
  slug: string;
  name: string;
}

export interface Participant {
  id: string;
  name: string;
  side: ParticipantSide;
  /** Of a moderator: only what is `in` may speak. */
  mode?: "observing" | "in";
  /** Came by a link and has no account: they do not accept. */
  guest?: boolean;
  muted?: Imposed;
  removed?: Imposed;
}

/** What a room continues: the head of a stream that both sides may read, such as a question on the listing. */
export interface Origin {
  kind: string;
  id: string;
  seq: number;
  hash: string;
  title: string;
}

/** What is part of an agreement beside its offer, such as a board: the head of its stream, and what it shows. */
export interface Annex {
  kind: string;
  id: string;
  seq: number;
  hash: string;
  content: string;
}

export interface Agreement {
  id: string;
  hash: string;
  gross: Minor;
  currency: string;
  annexes?: Annex[];
  /** The agreement that it amends. */
  amends?: string;
}

export interface AgreementState extends Agreement {
  version: number;
  package: number;
}

export interface Order {
  id: string;
  number: string | number;
  status: string;
  authorize_status: string;
  charge_status: string;
  gross: Minor;
  currency: string;
  due_at: string | null;
}

export interface EventBodies extends DisputeBodies {
  "room.opened": { room: RoomFacts; sides: Record<Side, Organisation> };
  "request.received": { request: Asked; html: string };
  "participant.joined": { participant: Participant };
  "message.sent": {
    text: string;
    html: string;
    answers?: number;
    attachments?: Attachment[];
    mentions?: { id: string; name: string }[];
    about?: About;
  };
  "message.edited": { message: number; text: string; html: string };
  "message.redacted": { message: number; reason: string };
  "message.reacted": { message: number; reaction: Reaction; on: boolean };
  "board.drawn": { elements: wire.BoardElement[] };
  "board.images_added": { images: BoardImage[] };
  "board.version_saved": { name: string; content: string };
  "offer.proposed": { offer: Offer };
  "offer.countered": { offer: Offer; answers: number };
  "offer.superseded": { offer: Offer; replaces: number };
  "offer.seen": { version: number; side: Side };
  "offer.accepted": { version: number; hash: string; package: number; agreement: Agreement; order?: Order };
  "frame.agreed": { frame: { id: string; number: string; ends_on: string; created_at: string } };
  "offer.declined": { version: number; reason: string | null };
  "offer.withdrawn": { version: number; reason: string | null };
  "offer.expired": { version: number };
  "negotiation.closed": { side: Side; reason: string | null; ended: number | null; request?: true };
  "order.placed": OrderBody;
  "order.converted": OrderBody;
  "order.confirmed": OrderBody;
  "order.amended": OrderBody & {
    amendment: { number: string; agreement: string; before: Minor; after: Minor };
  };
  "order.expired": OrderBody;
  "order.canceled": OrderBody;
  "order.reinstated": OrderBody;
  "order.reopened": OrderBody;
  "order.received": OrderBody & { silent?: boolean };
  "order.received_part": OrderBody & { received: Pieces[]; silent?: boolean };
  "order.return_requested": ReturnBody;
  "order.return_approved": ReturnBody & { reason?: string };
  "order.return_refused": ReturnBody & { reason: string };
  "order.return_sent_back": ReturnBody;
  "order.return_received": ReturnBody;
  "order.return_canceled": ReturnBody;
  "payment.authorized": PaymentBody;
  "payment.captured": PaymentBody;
  "payment.failed": PaymentBody;
  "payment.late": PaymentBody;
  "payment.refunded": PaymentBody;
  "shipment.sent": ShipmentBody;
  "shipment.delivered": ShipmentBody;
  "shipment.came_back": ShipmentBody;
  "shipment.late": OrderBody & { late: { due: string; expected_on: string | null; days: number } };
  "download.released": OrderBody & { download: { line: string; title: string; files: number } };
  "download.taken": OrderBody & { download: { id: string; name: string } };
  "service.reported": ServiceBody;
  "service.received": ServiceBody;
  "service.changes_requested": OrderBody & { service: { id: string; title: string; reason: string } };
  "service.disputed": OrderBody & { service: { id: string; title: string; reason: string } };
  "service.dispute_ended": OrderBody & { service: { id: string; title: string; end: string } };
  "appointment.proposed": AppointmentBody;
  "appointment.declined": AppointmentBody;
  "appointment.agreed": AppointmentBody;
  "appointment.moved": AppointmentBody;
  "appointment.missed": AppointmentBody;
  "appointment.canceled": AppointmentBody;
  "funds.released": FundsBody;
  "funds.released_part": FundsBody;
  "feedback.given": FeedbackBody;
  "moderator.stepped_in": { participant: string; reason: string };
  "moderator.stepped_back": { participant: string };
  "moderator.whispered": { text: string; html: string };
  "participant.muted": OnPerson;
  "participant.unmuted": OnPerson;
  "participant.removed": OnPerson;
  "participant.readmitted": OnPerson;
  "guest.removed": { participant: string };
  "guest.registered": { participant: string };
  "room.locked": { reason: string };
  "room.unlocked": { reason: string };
  "board.locked": { reason: string };
  "board.unlocked": { reason: string };
  "board.cleared": { reason: string };
  "board.restored": { board_seq: number; as_of: string; reason: string; name?: string };
  "offer.frozen": OnOffer;
  "offer.unfrozen": OnOffer;
  "offer.voided": OnOffer;
  "offer.extended": OnOffer & { expires_at: string };
  "bound.set": { minor: Minor | null };
  "preferences.set": { preferences: Preferences };
  "approval.requested": { approval: Approval };
  "approval.granted": { approval: string; version: number };
  "approval.refused": { approval: string; reason: string };
  "approval.withdrawn": { approval: string };
  "approval.lapsed": { approval: string };
}

/** What of an offer a message is about: a line, by its index, or an issue; `offer` is the number of the offer's event. */
export interface About {
  version: number;
  package: number;
  line?: number;
  issue?: string;
  name: string;
  offer: number;
}

/** A file of a message. Pictures have a size in pixels; `bytes` and `sha256` are those of what is served. */
/** A picture on a board: elements show it by its name, their `fileId`. */
export interface BoardImage {
  name: string;
  type: string;
  bytes: number;
  width: number;
  height: number;
  sha256: string;
}

export interface Attachment {
  id: string;
  name: string;
  type: string;
  bytes: number;
  width?: number;
  height?: number;
  sha256: string;
}

/** An offer that waits, or has waited, for a manager of its side. */
export interface Approval {
  id: string;
  way: "propose" | "counter" | "supersede";
  answers: number | null;
  by: string;
  currency: string;
  tax_basis: TaxBasis;
  tax_rate_bp: number;
  packages: Package[];
  beyond: { rule: string; minor: Minor };
  made_at: string;
  status: "pending_approval" | "approved" | "refused" | "withdrawn" | "lapsed";
  reason: string;
}

export interface OnPerson {
  participant: string;
  reason: string;
}

export interface OnOffer {
  version: number;
  reason: string;
}

export type EventKind = keyof EventBodies;

export interface EventOf<K extends EventKind> {
  seq: number;
  kind: K;
  by: string | null;
  at: string;
  hash: string;
  body: EventBodies[K];
}

/** Every event that this client knows; another kind arrives in the same envelope and is only counted. */
export type RoomEvent = { [K in EventKind]: EventOf<K> }[EventKind];

export type NegotiationStatus = "open" | "agreed" | "ordered" | "closed";

export interface TableState {
  room: RoomFacts;
  sides: Record<Side, Organisation>;
  /** What the buyer asked this seller for, where a request opened the room. */
  request: Asked | null;
  participants: Participant[];
  negotiation: { status: NegotiationStatus; standing: number | null; turn: Side | null };
  locked: Imposed | null;
  board_locked: Imposed | null;
  offers: Offer[];
  agreement: AgreementState | null;
  order: Order | null;
}

export interface CaucusState {
  room: string;
  side: Side;
  /** How far the side's people may go alone: a seller's least net, the most that a buyer pays. */
  bound: Minor | null;
  approvals: Approval[];
  /** What the side wants, for itself alone; null before it has said so. */
  preferences: Preferences | null;
}

export interface Preferences {
  /** 1, 2, 3 …; whoever changes them says which one they read. */
  revision: number;
  issues: Preference[];
  /** What the best alternative to an agreement is worth, in basis points. */
  alternative: number | null;
  notes: string;
}

// --- frames to the server

export type ClientFrame = wire.ClientFrame;

/** A frame that is answered, by its id. */
export type Command = Extract<ClientFrame, { id: string }>;

type WithoutId<C> = C extends Command ? Omit<C, "id"> : never;

/** A frame that is passed on to the others and never stored. */
export type SignFrame = Extract<
  ClientFrame,
  { t: "typing" | "read" | "cursor" | "board.sketch" | "board.follow" | "board.view" }
>;

/** A command before it has an id. */
export type CommandBody = WithoutId<Command>;

export * from "./frames.ts";
export * from "./orderBodies.ts";
