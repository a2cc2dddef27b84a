/** The rows of the stream, one component each. */
import type { ReactNode } from "react";
import { type Dictionary, useLanguage } from "../../i18n/index.ts";
import type { RoomEvent } from "../../protocol/types.ts";
import { type Format, personName, sideOf, useFormat, useRoom } from "../context.ts";
import type { Row } from "../rows.ts";
import { Face, ServerHtml, useRefusalWords } from "./Basics.tsx";
import { Icon, type IconName } from "./Icon.tsx";

export function DayRow({ at }: { at: string }): ReactNode {
  return (
    <div className="divider" role="separator">
      {useFormat().day(at)}
    </div>
  );
}

export function UnreadRow(): ReactNode {
  const { t } = useLanguage();
  return (
    <div className="divider divider-unread" role="separator">
      {t.newLine}
    </div>
  );
}

export function MessageRow({ row }: { row: Extract<Row, { type: "message" }> }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { table, view, side: ownSide } = useRoom();
  const { event, follows } = row;
  const name = personName(table, view, event.by, t);
  const side = sideOf(table, event.by) ?? (event.by === view.you.id ? ownSide : null);
  return (
    <div className={follows ? "message message-follows" : "message"}>
      {follows ? (
        <time className="message-gutter" dateTime={event.at}>
          {format.time(event.at)}
        </time>
      ) : (
        <Face name={name} side={side} />
      )}
      <div className="message-body">
        {follows ? (
          <span className="sr-only">{name}: </span>
        ) : (
          <p className="message-who">
            <b className={side && side !== "moderator" ? `side-${side}` : ""}>{name}</b>{" "}
            <span className="faint">
              {side ? `${t[side]} · ` : ""}
              <time dateTime={event.at}>{format.time(event.at)}</time>
            </span>
          </p>
        )}
        <ServerHtml className="prose-text" html={event.body.html} />
      </div>
    </div>
  );
}

export function PendingRow(props: {
  row: Extract<Row, { type: "pending" }>;
  onEdit: (text: string) => void;
}): ReactNode {
  const { t } = useLanguage();
  const words = useRefusalWords();
  const { store, view, table, side, connected } = useRoom();
  const { message, follows } = props.row;
  const name = personName(table, view, view.you.id, t);
  return (
    <div className={follows ? "message message-follows" : "message"} data-status={message.status}>
      {follows ? <span className="message-gutter" /> : <Face name={name} side={side} />}
      <div className="message-body">
        {!follows && (
          <p className="message-who">
            <b className={side !== "moderator" ? `side-${side}` : ""}>{name}</b>
          </p>
        )}
        <div className="prose-text message-plain">{message.text}</div>
        {message.status === "pending" ? (
          <p className="faint">{connected ? t.sending : t.waitingSend}</p>
        ) : (
          <div className="message-failed" role="alert">
            <span className="bad">
              {t.notSent}
              {message.reason && `: ${words(message.reason)}`}
            </span>
            <button type="button" className="link-button" onClick={() => store.retry(message.id)}>
              {t.retry}
            </button>
            <button
              type="button"
              className="link-button"
              onClick={() => {
                store.discard(message.id);
                props.onEdit(message.text);
              }}
            >
              {t.edit}
            </button>
            <button type="button" className="link-button" onClick={() => store.discard(message.id)}>
              {t.discard}
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

interface Line {
  icon: IconName;
  text: string;
  reason?: string | null;
  tone?: "good" | "bad";
}

/** The words of an event that is neither a message nor an offer. */
export function systemLine(
  event: RoomEvent,
  name: (id: string | null) => string,
  t: Dictionary,
  format: Format,
): Line {
  const who = name(event.by);
  switch (event.kind) {
    case "room.opened":
      return { icon: "door-open", text: t.line.opened(event.body.room.title) };
    case "participant.joined": {
      const { participant } = event.body;
      return { icon: "user-plus", text: t.line.joined(participant.name, t[participant.side]) };
    }
    case "moderator.stepped_in":
      return { icon: "gavel", text: t.line.steppedIn(who), reason: event.body.reason };
    case "moderator.stepped_back":
      return { icon: "eye", text: t.line.steppedBack(who) };
    case "bound.set":
    case "approval.requested":
    case "approval.granted":
    case "approval.refused":
    case "approval.withdrawn":
    case "approval.lapsed":
      return caucusLine(event, who, t);
    case "offer.accepted": {
      const { version, agreement } = event.body;
      const total = format.money(agreement.gross, agreement.currency);
      return { icon: "circle-check", text: t.line.accepted(who, version, total), tone: "good" };
    }
    case "offer.declined":
      return {
        icon: "circle-x",
        text: t.line.declined(who, event.body.version),
        reason: event.body.reason,
        tone: "bad",
      };
    case "offer.withdrawn":
      return { icon: "undo-2", text: t.line.withdrawn(who, event.body.version), reason: event.body.reason };
    case "offer.expired":
      return { icon: "clock", text: t.line.expired(event.body.version) };
    case "negotiation.closed":
      return { icon: "ban", text: t.line.closed(who), reason: event.body.reason, tone: "bad" };
    case "order.placed":
    case "order.converted":
    case "order.confirmed":
    case "order.expired":
    case "order.canceled":
    case "order.reinstated":
    case "order.reopened":
    case "order.received":
      return orderLine(event.kind, String(event.body.order.number), t);
    case "payment.authorized":
    case "payment.captured":
    case "payment.failed":
    case "payment.late":
    case "payment.refunded": {
      const { amount, currency } = event.body.payment;
      const tone =
        event.kind === "payment.failed" || event.kind === "payment.late" ? { tone: "bad" as const } : {};
      const icon: IconName = event.kind === "payment.refunded" ? "rotate-ccw" : "credit-card";
      return { icon, text: t.line[event.kind](format.money(amount, currency)), ...tone };
    }
    case "shipment.sent": {
      const { carrier, tracking } = event.body.shipment;
      return { icon: "truck", text: t.line["shipment.sent"](carrier, tracking) };
    }
    case "shipment.delivered":
      return { icon: "package-check", text: t.line["shipment.delivered"] };
    case "funds.released": {
      const { amount, currency } = event.body.released;
      return { icon: "wallet", text: t.line["funds.released"](format.money(amount, currency)), tone: "good" };
    }
    default:
      return { icon: "clock", text: t.line.other };
  }
}

function caucusLine(event: RoomEvent, who: string, t: Dictionary): Line {
  switch (event.kind) {
    case "bound.set":
      return { icon: "scale", text: t.line.bound(who, event.body.minor === null) };
    case "approval.requested":
      return { icon: "hourglass", text: t.line.asked(who) };
    case "approval.granted":
      return { icon: "circle-check", text: t.line.granted(who, event.body.version), tone: "good" };
    case "approval.refused":
      return { icon: "circle-x", text: t.line.refused(who), reason: event.body.reason, tone: "bad" };
    case "approval.withdrawn":
      return { icon: "undo-2", text: t.line.takenBack(who) };
    default:
      return { icon: "clock", text: t.line.lapsed };
  }
}

function orderLine(kind: RoomEvent["kind"] & `order.${string}`, number: string, t: Dictionary): Line {
  const text = t.line[kind](number);
  switch (kind) {
    case "order.received":
      return { icon: "package-check", text, tone: "good" };
    case "order.expired":
      return { icon: "clock", text, tone: "bad" };
    case "order.canceled":
      return { icon: "ban", text, tone: "bad" };
    case "order.confirmed":
    case "order.reinstated":
    case "order.reopened":
      return { icon: "badge-check", text };
    default:
      return { icon: "receipt-text", text };
  }
}

export function SystemRow({ event }: { event: RoomEvent }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { table, view } = useRoom();
  const line = systemLine(event, (id) => personName(table, view, id, t), t, format);
  return (
    <div className="system" data-tone={line.tone}>
      <Icon name={line.icon} />
      <span>
        {line.text} {line.reason && <q className="muted">{t.line.reason(line.reason)}</q>}
      </span>
      <time className="faint" dateTime={event.at}>
        {format.time(event.at)}
      </time>
    </div>
  );
}
