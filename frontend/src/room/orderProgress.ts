/** Where an agreed deal stands and who is to act. Money state is read from the money axes, never from the order's status. */
import type { Order, RoomEvent, Side } from "../protocol/types.ts";

export type Stage =
  | "place"
  | "confirm"
  | "pay"
  | "ship"
  | "receipt"
  | "received"
  | "done"
  | "expired"
  | "canceled"
  | "returned";

export interface OrderProgress {
  stage: Stage;
  paid: boolean;
  shipped: boolean;
  received: boolean;
  released: boolean;
}

/** Reads the stage from the order, and from the events at hand what its statuses do not say. */
export function orderProgress(order: Order, events: RoomEvent[]): OrderProgress {
  const kinds = new Set(events.filter((event) => "order" in event.body).map(({ kind }) => kind));
  const paid = order.authorize_status === "full" || ["full", "overcharged"].includes(order.charge_status);
  // All of it: goods sent, files released, work reported. A part leaves the rest to the seller.
  const shipped = order.status === "fulfilled" || order.status.endsWith("returned");
  const released = kinds.has("funds.released");
  const received = released || kinds.has("order.received");
  const facts = { paid, shipped, received, released };
  const stage = (): Stage => {
    if (order.status === "expired" || order.status === "canceled") return order.status;
    if (order.status.endsWith("returned")) return "returned";
    if (released) return "done";
    if (received) return "received";
    if (order.status === "draft") return "place";
    if (order.status === "unconfirmed") return "confirm";
    if (!paid) return "pay";
    return shipped ? "receipt" : "ship";
  };
  return { stage: stage(), ...facts };
}

/** Whose turn it is, where something is to be done. The words of each stage are named by it. */
const TURN = { place: "buyer", confirm: "buyer", pay: "buyer", ship: "seller", receipt: "buyer" } as const;
type Open = keyof typeof TURN;
type Name = Capitalize<Open>;

/** How the words of a stage are named: `Pay`. */
export function named<S extends Stage>(stage: S): Capitalize<S> {
  return (stage.charAt(0).toUpperCase() + stage.slice(1)) as Capitalize<S>;
}

export interface NextStep {
  mine: boolean;
  label: `next${Name}`;
  wait: `wait${Name}`;
}

/** What is to be done next and whether `side` is the one to do it; null when nothing is. */
export function nextStep({ stage }: OrderProgress, side: Side | null): NextStep | null {
  if (!(stage in TURN)) return null;
  const name = named(stage as Open);
  return { mine: TURN[stage as Open] === side, label: `next${name}`, wait: `wait${name}` };
}
