/**
 * The socket protocol, version 1, as docs/protocol.md describes it.
 * Clients ignore fields they do not know, so nothing here is exhaustive on purpose.
 */

export type Side = "buyer" | "seller";
export type ParticipantSide = Side | "moderator";

/** An amount in minor units of a currency. */
export type Minor = number;

export type IssueValue = string | number | boolean;

export interface Issue {
  name: string;
  value: IssueValue;
}

export interface LineDraft {
  title: string;
  /** A decimal number in text, at most six decimals. */
  quantity: string;
  /** UNECE Rec 20. */
  unit: string;
  unit_price: Minor;
}

export interface PackageDraft {
  lines: LineDraft[];
  issues: Issue[];
}

export type TaxBasis = "none" | "added" | "included";

/** An offer as a command carries it: the server computes all sums. */
export interface OfferDraft {
  currency: string;
  tax_basis: TaxBasis;
  /** In 1/100 %. */
  tax_rate_bp: number;
  expires_in_s: number;
  packages: PackageDraft[];
}

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
  | "expired";

export interface Offer {
  id: string;
  version: number;
  side: Side;
  by: string | null;
  status: OfferStatus;
  made_at: string;
  expires_at: string;
  seen_at: string | null;
  hash: string;
  currency: string;
  tax_basis: TaxBasis;
  tax_rate_bp: number;
  packages: Package[];
}

export interface RoomFacts {
  id: string;
  title: string;
  listing: string | null;
  currency: string;
  list_price: Minor | null;
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
}

export interface Agreement {
  id: string;
  hash: string;
  gross: Minor;
  currency: string;
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

export interface EventBodies {
  "room.opened": { room: RoomFacts; sides: Record<Side, Organisation> };
  "participant.joined": { participant: Participant };
  "message.sent": { text: string; html: string };
  "offer.proposed": { offer: Offer };
  "offer.countered": { offer: Offer; answers: number };
  "offer.superseded": { offer: Offer; replaces: number };
  "offer.seen": { version: number; side: Side };
  "offer.accepted": { version: number; hash: string; package: number; agreement: Agreement; order: Order };
  "offer.declined": { version: number; reason: string | null };
  "offer.withdrawn": { version: number; reason: string | null };
  "offer.expired": { version: number };
  "negotiation.closed": { side: Side; reason: string | null; ended: number | null };
  "order.placed": OrderBody;
  "order.converted": OrderBody;
  "order.confirmed": OrderBody;
  "order.expired": OrderBody;
  "order.canceled": OrderBody;
  "order.reinstated": OrderBody;
  "order.reopened": OrderBody;
  "order.received": OrderBody;
  "payment.authorized": PaymentBody;
  "payment.captured": PaymentBody;
  "payment.failed": PaymentBody;
  "payment.late": PaymentBody;
  "payment.refunded": PaymentBody;
  "shipment.sent": ShipmentBody;
  "shipment.delivered": ShipmentBody;
  "funds.released": FundsBody;
}

export interface OrderBody {
  order: Order;
  cause: string;
}

export interface PaymentBody extends OrderBody {
  payment: { id: string; amount: Minor; currency: string };
}

export interface ShipmentBody extends OrderBody {
  shipment: { id: string; carrier: string; tracking: string };
}

export interface FundsBody extends OrderBody {
  released: { amount: Minor; fee: Minor; currency: string };
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
  participants: Participant[];
  negotiation: { status: NegotiationStatus; standing: number | null; turn: Side | null };
  offers: Offer[];
  agreement: AgreementState | null;
  order: Order | null;
}

export interface CaucusState {
  room: string | RoomFacts;
  side: Side;
}

// --- frames to the server

export interface Resume {
  after: number;
  hash: string | null;
}

export interface Hello {
  t: "hello";
  protocol: 1;
  streams: Record<string, Resume>;
}

export type CommandBody =
  | { t: "stream.open"; stream: string; after: number; hash: string | null }
  | { t: "stream.close"; stream: string }
  | { t: "history"; stream: string; before: number; limit: number }
  | { t: "message.send"; stream: string; text: string }
  | { t: "offer.propose"; stream: string; offer: OfferDraft }
  | { t: "offer.counter"; stream: string; answers: number; offer: OfferDraft }
  | { t: "offer.supersede"; stream: string; replaces: number; offer: OfferDraft }
  | { t: "offer.accept"; stream: string; version: number; hash: string; package: number }
  | { t: "offer.decline"; stream: string; version: number; hash: string; reason?: string }
  | { t: "offer.withdraw"; stream: string; version: number; hash: string; reason?: string }
  | { t: "offer.seen"; stream: string; version: number }
  | { t: "negotiation.close"; stream: string; reason?: string };

export type Command = CommandBody & { id: string };

export type ClientFrame = Hello | Command | { t: "ping" } | { t: "typing"; stream: string };

// --- frames from the server

export interface Welcome {
  t: "welcome";
  protocol: number;
  you: { id: string; name: string };
  at: string;
  heartbeat_s: number;
  limits: Limits;
}

export interface Limits {
  frame_bytes_max: number;
  message_chars_max: number;
  commands_per_s: number;
  commands_burst: number;
  rounds_max: number;
}

export interface Snapshot {
  t: "snapshot";
  stream: string;
  kind: "table" | "caucus";
  room: string;
  head: number;
  hash: string;
  you: { side: ParticipantSide | null };
  state: TableState | CaucusState;
  first: number;
  events: RoomEvent[];
}

export interface EventsFrame {
  t: "events";
  stream: string;
  events: RoomEvent[];
}

export interface Ack {
  t: "ack";
  id: string;
  stream: string;
  seq: number;
  hash: string;
}

export interface Refusal {
  t: "refused";
  id: string | null;
  stream?: string | null;
  code: string;
  message: string;
  temporary: boolean;
  retry_after_ms: number | null;
}

export interface HistoryPage {
  t: "history";
  id: string;
  stream: string;
  events: RoomEvent[];
}

export type ServerFrame =
  | Welcome
  | Snapshot
  | EventsFrame
  | Ack
  | Refusal
  | HistoryPage
  | { t: "ephemeral"; stream: string; kind: string; by: string }
  | { t: "pong"; at: string };

/** The answer to a command: what a caller waits for. */
export type Answer = Ack | HistoryPage;
