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

export interface NextStep {
  mine: boolean;
  label: "nextPlace" | "nextConfirm" | "nextPay" | "nextShip" | "nextReceipt";
  wait: "waitPlace" | "waitConfirm" | "waitPay" | "waitShip" | "waitReceipt";
}

const STEPS: Partial<Record<Stage, { who: Side; label: NextStep["label"]; wait: NextStep["wait"] }>> = {
  place: { who: "buyer", label: "nextPlace", wait: "waitPlace" },
  confirm: { who: "buyer", label: "nextConfirm", wait: "waitConfirm" },
  pay: { who: "buyer", label: "nextPay", wait: "waitPay" },
  ship: { who: "seller", label: "nextShip", wait: "waitShip" },
  receipt: { who: "buyer", label: "nextReceipt", wait: "waitReceipt" },
};

/** What is to be done next and whether `side` is the one to do it; null when nothing is. */
export function nextStep(progress: OrderProgress, side: Side | null): NextStep | null {
  const step = STEPS[progress.stage];
  return step ? { mine: step.who === side, label: step.label, wait: step.wait } : null;
}
