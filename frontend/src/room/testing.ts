/** Made-up events and a made-up socket for tests. */
import type { SocketLike } from "../protocol/socket.ts";
import type {
  ClientFrame,
  Limits,
  Offer,
  Package,
  RoomEvent,
  ServerFrame,
  Side,
  Snapshot,
  TableState,
} from "../protocol/types.ts";
import { emptyTable, foldTable } from "./roomState.ts";

export const TABLE = "0199aaaa-0000-7000-8000-000000000001";
export const BUYER = "0199aaaa-0000-7000-8000-0000000000b1";
export const SELLER = "0199aaaa-0000-7000-8000-0000000000c1";

export function aPackage(price: number, patch: Partial<Package> = {}): Package {
  return {
    lines: [{ title: "Pump NB-40", quantity: "10", unit: "C62", unit_price: price, total: price * 10 }],
    issues: [{ name: "Delivery", value: "15 January" }],
    hash: `package ${price}`,
    net: price * 10,
    tax: 0,
    gross: price * 10,
    ...patch,
  };
}

export function anOffer(version: number, side: Side, price: number, patch: Partial<Offer> = {}): Offer {
  return {
    id: `offer ${version}`,
    version,
    side,
    by: side === "buyer" ? BUYER : SELLER,
    status: "pending",
    made_at: "2026-03-02T09:00:00.000000Z",
    expires_at: "2026-03-04T09:00:00.000000Z",
    seen_at: null,
    hash: `hash ${version}`,
    currency: "EUR",
    tax_basis: "none",
    tax_rate_bp: 0,
    packages: [aPackage(price)],
    ...patch,
  };
}

export const OPENED: RoomEvent = {
  seq: 1,
  kind: "room.opened",
  by: BUYER,
  at: "2026-03-02T09:00:00.000000Z",
  hash: "h1",
  body: {
    room: { id: TABLE, title: "Pumps", listing: null, currency: "EUR", list_price: 12_000 },
    sides: {
      buyer: { id: "org b", slug: "acme", name: "Acme" },
      seller: { id: "org s", slug: "norte", name: "Norte" },
    },
  },
};

/** A table of which the server has told, and what its first event says of it. */
export const SNAPSHOT: Snapshot = {
  ...{ t: "snapshot", stream: TABLE, kind: "table", room: TABLE, head: 1, hash: "h1", first: 1 },
  you: { side: "buyer" },
  state: foldTable(emptyTable(), OPENED) as TableState,
  events: [OPENED],
};

export function aMessage(
  seq: number,
  by: string,
  text: string,
  at = "2026-03-02T09:00:00.000000Z",
): RoomEvent {
  return { seq, kind: "message.sent", by, at, hash: `h${seq}`, body: { text, html: `<p>${text}</p>` } };
}

/** Stands in for the browser's socket: a test plays the server. */
export class FakeSocket implements SocketLike {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: ClientFrame[] = [];

  send(data: string): void {
    this.sent.push(JSON.parse(data) as ClientFrame);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The connection stands, and the server says welcome. */
  welcome(limits: Partial<Limits> = {}, at = new Date().toISOString()): void {
    this.readyState = 1;
    this.onopen?.(undefined as never);
    this.gives({
      t: "welcome",
      protocol: 1,
      you: { id: BUYER, name: "Ben" },
      at,
      heartbeat_s: 20,
      limits: {
        frame_bytes_max: 65_536,
        message_chars_max: 8_000,
        commands_per_s: 10,
        commands_burst: 40,
        rounds_max: 50,
        file_bytes_max: 10_485_760,
        files_per_message_max: 10,
        taken_every_bytes: 32_768,
        ...limits,
      },
    });
  }

  gives(frame: ServerFrame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drops(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  /** The frames of one kind that the client has sent, in order. */
  of<T extends ClientFrame["t"]>(t: T): Extract<ClientFrame, { t: T }>[] {
    return this.sent.filter((frame): frame is Extract<ClientFrame, { t: T }> => frame.t === t);
  }
}
