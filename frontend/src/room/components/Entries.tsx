/** The rows of the stream, one component each. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { RoomEvent } from "../../protocol/types.ts";
import { personName, useFormat, useRoom } from "../context.ts";
import type { Row } from "../rows.ts";
import { systemLine } from "../systemLines.ts";
import { Attachments } from "./Attachments.tsx";
import { Face, useRefusalWords } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";

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
        {message.text && <div className="prose-text message-plain">{message.text}</div>}
        <Attachments files={message.attachments} />
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
                store.discard(message.id, true);
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
