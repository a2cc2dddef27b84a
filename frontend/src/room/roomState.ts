/** Pure folding of events into what a room is; the same rules as the server's snapshot (docs/protocol.md). */
import { type BoardSnapshot, type BoardState, drawn, EMPTY_BOARD, fromSnapshot } from "../board/merge.ts";
import type {
  Approval,
  CaucusState,
  EventKind,
  EventsFrame,
  NegotiationStatus,
  Offer,
  OfferStatus,
  ParticipantSide,
  Resume,
  RoomEvent,
  Side,
  Snapshot,
  StreamKind,
  TableState,
} from "../protocol/types.ts";
import { foldSupervision } from "./supervision.ts";

/** A table while it is folded: the room and its sides come with the first event. */
export type FoldedTable = Omit<TableState, "room" | "sides"> & {
  room: TableState["room"] | null;
  sides: TableState["sides"] | null;
};

/** What this page knows of one stream. */
export interface StreamState {
  id: string;
  kind: StreamKind;
  /** The last number and hash that were folded; 0 and null before the first. */
  head: number;
  hash: string | null;
  /** The number of the oldest event held; older ones come by `history`. */
  first: number;
  events: RoomEvent[];
  table: FoldedTable;
  caucus: CaucusState | null;
  board: BoardState;
  /** Whether this person may draw there, as the server said when the stream was opened. */
  mayDraw: boolean;
  side: ParticipantSide | null;
  /** Whether one decides what goes beyond the side's bound. */
  mayApprove: boolean;
  /** An event is missing: ask for the stream again from `head`. */
  stale: boolean;
  /** True from the first snapshot. */
  ready: boolean;
}

/** The board of both sides, or the layer of one. */
const isBoard = (kind: StreamKind): boolean => kind === "board" || kind === "layer";

export function emptyStream(id: string, kind: StreamKind): StreamState {
  return {
    id,
    kind,
    head: 0,
    hash: null,
    first: 1,
    events: [],
    table: emptyTable(),
    caucus: null,
    board: EMPTY_BOARD,
    mayDraw: false,
    side: null,
    mayApprove: false,
    stale: false,
    ready: false,
  };
}

export function otherSide(side: Side): Side {
  return side === "buyer" ? "seller" : "buyer";
}

/** Where to resume: the last event that we have, or nothing. */
export function resumeOf(stream: StreamState): Resume {
  return { after: stream.head, hash: stream.hash };
}

/** A snapshot replaces all we know. */
export function applySnapshot(stream: StreamState, snapshot: Snapshot): StreamState {
  const { kind, state } = snapshot;
  return {
    ...stream,
    kind,
    head: snapshot.head,
    hash: snapshot.hash,
    first: snapshot.events[0]?.seq ?? snapshot.first,
    events: snapshot.events,
    table: kind === "table" ? (state as TableState) : emptyTable(),
    caucus: kind === "caucus" ? (state as CaucusState) : null,
    board: isBoard(kind) ? fromSnapshot(state as BoardSnapshot) : EMPTY_BOARD,
    mayDraw: snapshot.you.may_draw ?? false,
    side: snapshot.you.side,
    mayApprove: snapshot.you.may_approve ?? false,
    stale: false,
    ready: true,
  };
}

/**
 * Adds events in order: repeated ones are ignored, and a gap marks the stream stale and changes nothing more. So does
 * an event before the first snapshot, even the first of all: what one may do here, only a snapshot says.
 */
export function applyEvents(stream: StreamState, events: EventsFrame["events"]): StreamState {
  if (!stream.ready) return stream.stale ? stream : { ...stream, stale: true };
  let next = stream;
  for (const event of events) {
    if (event.seq <= next.head) continue;
    if (event.seq !== next.head + 1) return next.stale ? next : { ...next, stale: true };
    next = {
      ...next,
      head: event.seq,
      hash: event.hash,
      // A board is its elements: what it was drawn with is not kept.
      events: isBoard(next.kind) ? [] : [...next.events, event],
      table: next.kind === "table" ? foldTable(next.table, event) : next.table,
      caucus: next.caucus && foldCaucus(next.caucus, event),
      board: event.kind === "board.drawn" ? drawn(next.board, event.body.elements, event.by) : next.board,
      stale: false,
    };
  }
  return next;
}

/** Puts a page of older events, oldest first, before those held; what does not join is dropped. */
export function applyHistory(stream: StreamState, events: RoomEvent[]): StreamState {
  const older = events.filter((event) => event.seq < stream.first);
  const last = older.at(-1);
  const first = older[0];
  if (!last || !first || last.seq !== stream.first - 1) return stream;
  return { ...stream, first: first.seq, events: [...older, ...stream.events] };
}

/** The same with no more than its newest events; what they came to is kept. */
export function keepNewest(stream: StreamState, count: number): StreamState {
  if (stream.events.length <= count) return stream;
  const events = stream.events.slice(-count);
  return { ...stream, first: events[0]?.seq ?? stream.first, events };
}

/** A table before its first event. */
export function emptyTable(): FoldedTable {
  return {
    room: null,
    sides: null,
    request: null,
    participants: [],
    negotiation: { status: "open", standing: null, turn: null },
    locked: null,
    board_locked: null,
    offers: [],
    agreement: null,
    order: null,
  };
}

/** Where an event takes a negotiation; one that is not here leaves it where it is. The server has the same table. */
const STEPS: readonly [event: EventKind, before: NegotiationStatus, after: NegotiationStatus][] = [
  ["offer.accepted", "open", "agreed"],
  ["frame.agreed", "agreed", "closed"],
  ["negotiation.closed", "open", "closed"],
  ["order.placed", "agreed", "ordered"],
  ["order.confirmed", "agreed", "ordered"],
  ["order.expired", "agreed", "open"],
  ["order.expired", "ordered", "open"],
  ["order.reinstated", "open", "ordered"],
  ["order.reopened", "open", "agreed"],
  ["order.canceled", "agreed", "closed"],
  ["order.canceled", "ordered", "closed"],
  ["funds.released", "ordered", "closed"],
];

/** The state of a table after one more event. */
export function foldTable(state: FoldedTable, event: RoomEvent): FoldedTable {
  const folded = foldBody(state, event);
  const order = event.body && "order" in event.body ? event.body.order : folded.order;
  const { status } = folded.negotiation;
  const step = STEPS.find(([kind, before]) => kind === event.kind && before === status);
  if (!step && order === folded.order) return folded;
  return { ...folded, order, negotiation: { ...folded.negotiation, status: step?.[2] ?? status } };
}

const DECIDED = {
  "approval.granted": "approved",
  "approval.refused": "refused",
  "approval.withdrawn": "withdrawn",
  "approval.lapsed": "lapsed",
} as const;

/** The state of a caucus after one more event. */
export function foldCaucus(state: CaucusState, event: RoomEvent): CaucusState {
  switch (event.kind) {
    case "bound.set":
      return { ...state, bound: event.body.minor };
    case "preferences.set":
      return { ...state, preferences: event.body.preferences };
    case "approval.requested":
      return { ...state, approvals: [...state.approvals, event.body.approval] };
    case "approval.granted":
    case "approval.refused":
    case "approval.withdrawn":
    case "approval.lapsed": {
      const { approval } = event.body;
      const reason = event.kind === "approval.refused" ? event.body.reason : "";
      const status = DECIDED[event.kind];
      return {
        ...state,
        approvals: state.approvals.map((one) => (one.id === approval ? { ...one, status, reason } : one)),
      };
    }
    default:
      return state;
  }
}

/** What waits for a manager of one's side, if anything does. */
export function waitingApproval(stream: StreamState | undefined): Approval | null {
  return stream?.caucus?.approvals.find(({ status }) => status === "pending_approval") ?? null;
}

function foldBody(state: FoldedTable, event: RoomEvent): FoldedTable {
  switch (event.kind) {
    case "room.opened":
      return { ...state, room: event.body.room, sides: event.body.sides };
    case "request.received":
      return { ...state, request: event.body.request };
    case "participant.joined":
      return { ...state, participants: [...state.participants, event.body.participant] };
    case "moderator.stepped_in":
    case "moderator.stepped_back": {
      const { participant } = event.body;
      const mode = event.kind === "moderator.stepped_in" ? "in" : "observing";
      return {
        ...state,
        participants: state.participants.map((one) => (one.id === participant ? { ...one, mode } : one)),
      };
    }
    case "offer.proposed":
    case "offer.countered":
    case "offer.superseded":
      return stand(state, event);
    case "offer.seen":
      return {
        ...state,
        offers: state.offers.map((offer) =>
          offer.version === event.body.version ? { ...offer, seen_at: event.at } : offer,
        ),
      };
    case "offer.accepted": {
      const { agreement, version } = event.body;
      return {
        ...endStanding(state, "accepted"),
        agreement: { ...agreement, version, package: event.body.package },
      };
    }
    case "offer.declined":
      return endStanding(state, "declined");
    case "offer.withdrawn":
      return endStanding(state, "withdrawn");
    case "offer.expired":
      return endStanding(state, "expired");
    case "offer.voided":
      return endStanding(state, "voided");
    case "negotiation.closed": {
      const own = standingOffer(state)?.side === event.body.side;
      return endStanding(state, own ? "withdrawn" : "declined");
    }
    default:
      return foldSupervision(state, event);
  }
}

type OfferEvent = Extract<RoomEvent, { kind: "offer.proposed" | "offer.countered" | "offer.superseded" }>;

function stand(state: FoldedTable, event: OfferEvent): FoldedTable {
  const before = event.kind === "offer.proposed" ? state : endStanding(state, STATUS_OF[event.kind]);
  const { offer } = event.body;
  return {
    ...before,
    offers: [...before.offers, offer],
    negotiation: { ...before.negotiation, standing: offer.version, turn: otherSide(offer.side) },
  };
}

const STATUS_OF = { "offer.countered": "countered", "offer.superseded": "superseded" } as const;

function endStanding(state: FoldedTable, status: OfferStatus): FoldedTable {
  const { standing } = state.negotiation;
  return {
    ...state,
    offers: state.offers.map((offer) => (offer.version === standing ? { ...offer, status } : offer)),
    negotiation: { ...state.negotiation, standing: null, turn: null },
  };
}

/** The offer on the table, if one stands. */
export function standingOffer(table: Pick<TableState, "negotiation" | "offers">): Offer | null {
  const { standing } = table.negotiation;
  return table.offers.find(({ version }) => version === standing) ?? null;
}

/** The version before this one on the table, whoever made it. */
export function previousOffer(table: TableState, offer: Offer): Offer | null {
  return table.offers.findLast(({ version }) => version < offer.version) ?? null;
}

/** The table once its room is known. */
export function knownTable(table: FoldedTable): TableState | null {
  const { room, sides } = table;
  return room && sides ? { ...table, room, sides } : null;
}
