import { describe, expect, it } from "vitest";
import type { Order, RoomEvent } from "../protocol/types.ts";
import { nextStep, orderProgress } from "./orderProgress.ts";

const order = (status: string, money: Partial<Order> = {}): Order => ({
  id: "o",
  number: "NH-1",
  status,
  authorize_status: "none",
  charge_status: "none",
  gross: 100,
  currency: "EUR",
  due_at: null,
  ...money,
});

const told = (kind: "order.received" | "funds.released"): RoomEvent =>
  ({
    seq: 9,
    kind,
    by: null,
    at: "2026-03-02T09:00:00Z",
    hash: "",
    body: { order: order("fulfilled"), cause: "c" },
  }) as RoomEvent;

describe("the next step of an order", () => {
  it.each([
    ["draft", {}, "place", "buyer"],
    ["unconfirmed", {}, "confirm", "buyer"],
    ["unfulfilled", {}, "pay", "buyer"],
    ["unfulfilled", { authorize_status: "partial" }, "pay", "buyer"],
    ["unfulfilled", { authorize_status: "full" }, "ship", "seller"],
    ["unfulfilled", { charge_status: "overcharged" }, "ship", "seller"],
    ["partially_fulfilled", { charge_status: "full" }, "ship", "seller"],
    ["fulfilled", { charge_status: "full" }, "receipt", "buyer"],
  ] as const)("of %s %o is %s, by the %s", (status, money, stage, who) => {
    const progress = orderProgress(order(status, money), []);
    expect(progress.stage).toBe(stage);
    expect(nextStep(progress, who)?.mine).toBe(true);
    expect(nextStep(progress, who === "buyer" ? "seller" : "buyer")?.mine).toBe(false);
  });

  it.each([
    ["expired", [], "expired"],
    ["canceled", [], "canceled"],
    ["partially_returned", [], "returned"],
    ["fulfilled", [told("order.received")], "received"],
    ["fulfilled", [told("order.received"), told("funds.released")], "done"],
  ] as const)("of %s is nobody's once it is over", (status, events, stage) => {
    const progress = orderProgress(order(status, { charge_status: "full" }), [...events]);
    expect(progress.stage).toBe(stage);
    expect(nextStep(progress, "buyer")).toBeNull();
  });
});
