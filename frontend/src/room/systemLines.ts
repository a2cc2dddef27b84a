/** The words of events that are neither messages nor offers, a family at a time. */

import type { Dictionary } from "../i18n/index.ts";
import type { IconName } from "../iconNames.ts";
import type { RoomEvent } from "../protocol/types.ts";
import type { Format } from "./context.ts";

export interface Line {
  icon: IconName;
  text: string;
  reason?: string | null;
  tone?: "good" | "bad" | undefined;
}

/** `name` gives a person's name by their id. */
export function systemLine(
  event: RoomEvent,
  name: (id: string | null) => string,
  t: Dictionary,
  format: Format,
): Line {
  const who = name(event.by);
  return (
    roomLine(event, who, t) ??
    supervisionLine(event, who, name, t, format) ??
    offerLine(event, who, t, format) ??
    caucusLine(event, who, t) ??
    orderLine(event, t, format) ??
    moneyLine(event, t, format) ??
    goodsLine(event, t) ??
    aboutLine(event, t, format) ?? { icon: "clock", text: t.line.other }
  );
}

function roomLine(event: RoomEvent, who: string, t: Dictionary): Line | null {
  switch (event.kind) {
    case "room.opened": {
      const { title, origin } = event.body.room;
      return {
        icon: "door-open",
        text: origin?.title ? t.line.openedFrom(title, origin.title) : t.line.opened(title),
      };
    }
    case "participant.joined": {
      const { participant } = event.body;
      return { icon: "user-plus", text: t.line.joined(participant.name, t[participant.side]) };
    }
    case "moderator.stepped_in":
      return { icon: "gavel", text: t.line.steppedIn(who), reason: event.body.reason };
    case "message.edited":
      return { icon: "pencil", text: t.line.edited(who) };
    case "message.redacted":
      return { icon: "trash-2", text: t.line.redacted(who), reason: event.body.reason };
    case "message.reacted": {
      const { on, reaction } = event.body;
      const name = t.message.reactionNames[reaction] ?? reaction;
      return { icon: "message-square", text: (on ? t.line.reacted : t.line.unreacted)(who, name) };
    }
    case "moderator.stepped_back":
      return { icon: "eye", text: t.line.steppedBack(who) };
    case "request.received":
      return { icon: "inbox", text: t.line.asked(who) };
    case "negotiation.closed":
      if (event.body.request) return { icon: "ban", text: t.line.requestOver, tone: "bad" };
      return { icon: "ban", text: t.line.closed(who), reason: event.body.reason, tone: "bad" };
    default:
      return null;
  }
}

function supervisionLine(
  event: RoomEvent,
  who: string,
  name: (id: string) => string,
  t: Dictionary,
  format: Format,
): Line | null {
  switch (event.kind) {
    case "participant.muted":
    case "participant.unmuted":
    case "participant.removed":
    case "participant.readmitted":
      return personLine(event.kind, who, name(event.body.participant), event.body.reason, t);
    case "guest.removed": {
      const whom = name(event.body.participant);
      const text = event.by === null ? t.line.guestEnded(whom) : t.line.guestRevoked(who, whom);
      return { icon: "user-x", text, tone: "bad" };
    }
    case "guest.registered":
      return { icon: "badge-check", text: t.line.guestRegistered(who), tone: "good" };
    case "room.locked":
      return { icon: "lock", text: t.line.locked(who), reason: event.body.reason, tone: "bad" };
    case "room.unlocked":
      return { icon: "lock-open", text: t.line.unlocked(who), reason: event.body.reason };
    case "board.locked":
      return { icon: "lock", text: t.line.boardLocked(who), reason: event.body.reason, tone: "bad" };
    case "board.unlocked":
      return { icon: "lock-open", text: t.line.boardUnlocked(who), reason: event.body.reason };
    case "board.cleared":
      return { icon: "trash-2", text: t.line.boardCleared(who), reason: event.body.reason, tone: "bad" };
    case "board.restored": {
      const { name: saved, as_of: at, reason } = event.body;
      const text = t.line.boardRestored(who, saved ?? null, format.moment(at));
      return { icon: "history", text, reason, tone: "bad" };
    }
    case "offer.frozen": {
      const { version, reason } = event.body;
      return { icon: "snowflake", text: t.line.frozen(who, version), reason, tone: "bad" };
    }
    case "offer.unfrozen":
      return { icon: "sun", text: t.line.unfrozen(who, event.body.version), reason: event.body.reason };
    case "offer.voided": {
      const { version, reason } = event.body;
      return { icon: "ban", text: t.line.voided(who, version), reason, tone: "bad" };
    }
    case "offer.extended": {
      const { version, reason, expires_at } = event.body;
      return { icon: "timer", text: t.line.extended(who, version, format.moment(expires_at)), reason };
    }
    case "moderator.whispered":
      return { icon: "ear", text: t.line.whispers(who) };
    default:
      return null;
  }
}

function personLine(
  kind: "participant.muted" | "participant.unmuted" | "participant.removed" | "participant.readmitted",
  who: string,
  whom: string,
  reason: string,
  t: Dictionary,
): Line {
  switch (kind) {
    case "participant.muted":
      return { icon: "mic-off", text: t.line.muted(who, whom), reason, tone: "bad" };
    case "participant.unmuted":
      return { icon: "mic", text: t.line.unmuted(who, whom), reason };
    case "participant.removed":
      return { icon: "user-x", text: t.line.removed(who, whom), reason, tone: "bad" };
    case "participant.readmitted":
      return { icon: "user-plus", text: t.line.readmitted(who, whom), reason };
  }
}

function offerLine(event: RoomEvent, who: string, t: Dictionary, format: Format): Line | null {
  switch (event.kind) {
    case "offer.accepted": {
      const { version, agreement } = event.body;
      const total = format.money(agreement.gross, agreement.currency);
      return { icon: "circle-check", text: t.line.accepted(who, version, total), tone: "good" };
    }
    case "offer.declined": {
      const { reason, version } = event.body;
      return { icon: "circle-x", text: t.line.declined(who, version), reason, tone: "bad" };
    }
    case "offer.withdrawn":
      return { icon: "undo-2", text: t.line.withdrawn(who, event.body.version), reason: event.body.reason };
    case "offer.expired":
      return { icon: "clock", text: t.line.expired(event.body.version) };
    default:
      return null;
  }
}

function caucusLine(event: RoomEvent, who: string, t: Dictionary): Line | null {
  switch (event.kind) {
    case "bound.set":
      return { icon: "scale", text: t.line.bound(who, event.body.minor === null) };
    case "preferences.set":
      return { icon: "target", text: t.line.wanted(who) };
    case "approval.requested":
      return { icon: "hourglass", text: t.line.asked(who) };
    case "approval.granted":
      return { icon: "circle-check", text: t.line.granted(who, event.body.version), tone: "good" };
    case "approval.refused":
      return { icon: "circle-x", text: t.line.refused(who), reason: event.body.reason, tone: "bad" };
    case "approval.withdrawn":
      return { icon: "undo-2", text: t.line.takenBack(who) };
    case "approval.lapsed":
      return { icon: "clock", text: t.line.lapsed };
    default:
      return null;
  }
}

function orderLine(event: RoomEvent, t: Dictionary, format: Format): Line | null {
  switch (event.kind) {
    case "order.placed":
    case "order.converted":
      return { icon: "receipt-text", text: t.line[event.kind](String(event.body.order.number)) };
    case "order.confirmed":
    case "order.reinstated":
    case "order.reopened":
      return { icon: "badge-check", text: t.line[event.kind](String(event.body.order.number)) };
    case "frame.agreed":
      return { icon: "receipt-text", text: t.line.frame };
    case "order.amended": {
      const { amendment, order } = event.body;
      const total = format.money(amendment.after, order.currency);
      return { icon: "pencil", text: t.line[event.kind](amendment.number, total), tone: "good" };
    }
    case "order.received":
      return {
        icon: "package-check",
        text: t.line[event.kind](String(event.body.order.number)),
        tone: "good",
        reason: event.body.silent ? t.line.silence : "",
      };
    case "order.expired":
      return { icon: "clock", text: t.line[event.kind](String(event.body.order.number)), tone: "bad" };
    case "order.canceled":
      return { icon: "ban", text: t.line[event.kind](String(event.body.order.number)), tone: "bad" };
    default:
      return null;
  }
}

function moneyLine(event: RoomEvent, t: Dictionary, format: Format): Line | null {
  switch (event.kind) {
    case "payment.authorized":
    case "payment.captured":
    case "payment.refunded": {
      const { amount, currency } = event.body.payment;
      const icon: IconName = event.kind === "payment.refunded" ? "rotate-ccw" : "credit-card";
      return { icon, text: t.line[event.kind](format.money(amount, currency)) };
    }
    case "payment.failed":
    case "payment.late": {
      const { amount, currency } = event.body.payment;
      return { icon: "credit-card", text: t.line[event.kind](format.money(amount, currency)), tone: "bad" };
    }
    case "funds.released":
    case "funds.released_part": {
      const { amount, currency } = event.body.released;
      return { icon: "wallet", text: t.line["funds.released"](format.money(amount, currency)), tone: "good" };
    }
    default:
      return null;
  }
}

function listed(pieces: { title: string; quantity: string }[]): string {
  return pieces.map(({ title, quantity }) => `${quantity} × ${title}`).join(", ");
}

function goodsLine(event: RoomEvent, t: Dictionary): Line | null {
  switch (event.kind) {
    case "shipment.sent": {
      const { carrier, tracking } = event.body.shipment;
      return { icon: "truck", text: t.line["shipment.sent"](carrier, tracking) };
    }
    case "shipment.delivered":
      return { icon: "package-check", text: t.line["shipment.delivered"] };
    case "shipment.late":
      return { icon: "clock", text: t.line[event.kind](event.body.late.days) };
    case "feedback.given":
      return { icon: "star", text: t.line["feedback.given"](String(event.body.order.number)) };
    case "download.released": {
      const { title, files } = event.body.download;
      return { icon: "download", text: t.line[event.kind](title, files) };
    }
    case "download.taken":
      return { icon: "download", text: t.line[event.kind](event.body.download.name) };
    case "order.received_part": {
      const text = t.line[event.kind](listed(event.body.received));
      return { icon: "package-check", text, tone: "good", reason: event.body.silent ? t.line.silence : "" };
    }
    case "shipment.came_back":
      return { icon: "undo-2", text: t.line[event.kind](event.body.shipment.carrier) };
    default:
      return null;
  }
}

const ABOUT: Record<string, IconName> = { appointment: "clock", order: "undo-2", service: "wrench" };
const TONES: Record<string, Line["tone"]> = {
  "appointment.agreed": "good",
  "appointment.missed": "bad",
  "order.disputed": "bad",
  "order.return_refused": "bad",
  "service.disputed": "bad",
  "service.received": "good",
};

/** What happened to a piece of work, an appointment, a return or a dispute, and after a colon which it is. */
function aboutLine(event: RoomEvent, t: Dictionary, format: Format): Line | null {
  switch (event.kind) {
    case "order.disputed":
    case "order.dispute_proposed":
    case "order.dispute_declined":
    case "order.dispute_ended":
    case "order.return_requested":
    case "order.return_approved":
    case "order.return_refused":
    case "order.return_sent_back":
    case "order.return_received":
    case "order.return_canceled":
    case "service.reported":
    case "service.received":
    case "service.changes_requested":
    case "service.disputed":
    case "service.dispute_ended":
    case "appointment.proposed":
    case "appointment.declined":
    case "appointment.agreed":
    case "appointment.moved":
    case "appointment.missed":
    case "appointment.canceled": {
      const { kind, body } = event;
      const about =
        "dispute" in body
          ? body.dispute
          : "service" in body
            ? body.service
            : "return" in body
              ? body.return
              : body.appointment;
      const sum =
        "amount" in about && about.amount ? ` (${format.money(about.amount, body.order.currency)})` : "";
      const what = ("items" in about ? listed(about.items) : about.title) + sum;
      // A return's own reason is a code, which both sides read with the order.
      const said = "items" in about ? body : about;
      return {
        icon: ABOUT[kind.split(".")[0] ?? ""] ?? "clock",
        text: `${t.line[kind]}: ${what}`,
        reason: "reason" in said ? String(said.reason ?? "") : null,
        tone: TONES[kind],
      };
    }
    default:
      return null;
  }
}
