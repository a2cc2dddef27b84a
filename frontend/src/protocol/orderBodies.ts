/** What the events of an order carry. */

import type { Minor, Order } from "./types.ts";

export interface Pieces {
  title: string;
  quantity: string;
  unit: string;
}

export interface Returned {
  id: string;
  reason: string;
  outcome: string;
  carrier: string;
  tracking: string;
  items: Pieces[];
}

export interface Disputed {
  id: string;
  reason: string;
  outcome: string;
  amount: Minor | null;
  end: string;
  by: string | null;
  items: Pieces[];
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

export interface AppointmentBody extends OrderBody {
  appointment: { id: string; title: string; starts_at: string | null; zone: string; reason?: string };
}

export interface ServiceBody extends OrderBody {
  service: { id: string; title: string };
}

export interface FundsBody extends OrderBody {
  released: { amount: Minor; fee: Minor; currency: string };
}

export interface FeedbackBody extends OrderBody {
  invitation: string;
}

export type ReturnBody = OrderBody & { return: Returned };

/** `reason` is what was said, in words; the dispute's own reason is a code. */
export type DisputeBody = OrderBody & { dispute: Disputed; reason: string | null };

export interface DisputeBodies {
  "order.disputed": DisputeBody;
  "order.dispute_proposed": DisputeBody;
  "order.dispute_declined": DisputeBody;
  "order.dispute_ended": DisputeBody;
}
