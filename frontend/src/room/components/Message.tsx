/** One message: what it says now, what it answers, who reacted to it, and what can be done with it. */
import { type ReactNode, useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Dictionary, useLanguage } from "../../i18n/index.ts";
import type { Reaction } from "../../protocol/types.ts";
import { personName, sideOf, useFormat, useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import { wordsOrFiles } from "../files.ts";
import type { StreamState } from "../roomState.ts";
import type { Row } from "../rows.ts";
import { frozenUpTo, type Said } from "../said.ts";
import { useDecision } from "../useDecision.ts";
import { Attachments } from "./Attachments.tsx";
import { Face, Problem, ServerHtml } from "./Basics.tsx";
import { isSend } from "./Composer.tsx";
import { GuestChip, LinkWarning } from "./Guest.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { useObserving } from "./Observing.tsx";
import { AboutOffer } from "./Remarks.tsx";
import { useBarred } from "./Supervised.tsx";

export type MessageRowOf = Extract<Row, { type: "message" }>;

/** What is being done with a message, in its own row. */
export interface Doing {
  seq: number;
  what: "edit" | "react";
}

export interface MessageActs {
  stream: string;
  may: (row: MessageRowOf) => May;
  quote: (seq: number) => Quoted | null;
  open: OpenDialog;
  doing: Doing | null;
  onDo: (doing: Doing | null) => void;
  onReply: (seq: number) => void;
  /** Goes to another entry. */
  onGo: (seq: number) => void;
  /** The newest of one's own messages, and who has read it. */
  newest: { seq: number; readers: string } | null;
}

/** Drawn by us: not every machine has the typeface. */
const REACTIONS: Record<Reaction, IconName> = {
  "👍": "thumbs-up",
  "👎": "thumbs-down",
  "🙏": "hand-heart",
  "✅": "check",
  "❓": "circle-question-mark",
  "👀": "eye",
};
const QUOTED_CHARS = 120;

export interface Quoted {
  name: string;
  text: string;
}

export interface May {
  /** Answer and react. */
  act: boolean;
  edit: boolean;
  remove: boolean;
  /** Tell the moderators of it. */
  report: boolean;
}

/** What this person may do with a message. */
export function useMay(stream: StreamState): (row: MessageRowOf) => May {
  const { view, party } = useRoom();
  const mode = useObserving();
  const reports = party !== null && stream.kind === "table";
  const barred = useBarred(stream.kind === "caucus") !== null;
  const frozen = useMemo(
    () => (stream.kind === "table" ? frozenUpTo(stream.events, party) : 0),
    [stream.kind, stream.events, party],
  );
  return ({ event, said }) => {
    const act = mode !== "observing" && !barred && said.removed === null;
    const edit = act && event.by === view.you.id && event.seq > frozen;
    const others = event.by !== null && event.by !== view.you.id;
    return { act, edit, remove: edit || (act && mode === "in"), report: act && reports && others };
  };
}

/** Who said something, and what it says now, on one line. */
export function useQuote(stream: StreamState, sayings: Map<number, Said>): (seq: number) => Quoted | null {
  const { t } = useLanguage();
  const { table, view } = useRoom();
  return (seq) => {
    const said = sayings.get(seq);
    const by = stream.events[seq - stream.first]?.by;
    if (!said || by === undefined) return null;
    const newest = said.versions.at(-1);
    const text = newest ? wordsOrFiles(newest.text, said.attachments) : t.message.removed;
    return { name: personName(table, view, by, t), text: text.slice(0, QUOTED_CHARS) };
  };
}

export function MessageRow({ row, acts }: { row: MessageRowOf; acts: MessageActs }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { table, view, side: ownSide } = useRoom();
  const { event, follows, said } = row;
  const name = personName(table, view, event.by, t);
  const side = sideOf(table, event.by) ?? (event.by === view.you.id ? ownSide : null);
  const doing = acts.doing?.seq === event.seq ? acts.doing.what : null;
  const named = event.body.mentions?.some(({ id }) => id === view.you.id) ?? false;
  return (
    <div className={follows ? "message message-follows" : "message"} data-named={named || undefined}>
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
            <GuestChip id={event.by} />
            <span className="faint">
              {side ? `${t[side]} · ` : ""}
              <time dateTime={event.at}>{format.time(event.at)}</time>
            </span>
          </p>
        )}
        {said.answers !== null && <Quote seq={said.answers} acts={acts} />}
        {event.body.about && !said.removed && <AboutOffer about={event.body.about} onGo={acts.onGo} />}
        {doing === "edit" ? <Editor row={row} acts={acts} /> : <Words said={said} />}
        <LinkWarning by={event.by} said={said} />
        <Attachments files={said.attachments} />
        <Reactions row={row} acts={acts} picking={doing === "react"} />
        {acts.newest?.seq === event.seq && (
          // There from the beginning: what is below must not move when somebody reads it.
          <p className="message-read faint">
            <Icon name={acts.newest.readers ? "eye" : "check"} />{" "}
            {acts.newest.readers ? t.writing.readBy(acts.newest.readers) : t.writing.sent}
          </p>
        )}
      </div>
      {doing !== "edit" && <Actions row={row} acts={acts} name={name} />}
    </div>
  );
}

function Quote({ seq, acts }: { seq: number; acts: MessageActs }): ReactNode {
  const { t } = useLanguage();
  const quoted = acts.quote(seq);
  return (
    <button type="button" className="message-quote" onClick={() => acts.onGo(seq)}>
      <Icon name="corner-down-left" />
      <span className="sr-only">{t.message.answers(quoted?.name ?? "")}: </span>
      {quoted ? (
        <>
          <b aria-hidden="true">{quoted.name}</b> <span>{quoted.text}</span>
        </>
      ) : (
        <span>{t.message.earlier}</span>
      )}
    </button>
  );
}

/** The newest version, with the way to the earlier ones. */
function Words({ said }: { said: Said }): ReactNode {
  const { t } = useLanguage();
  const format = useFormat();
  const { table, view } = useRoom();
  const [open, setOpen] = useState(false);
  const list = useId();
  const newest = said.versions.at(-1);
  if (said.removed || !newest) {
    const { by, reason } = said.removed ?? { by: null, reason: "" };
    return (
      <p className="message-removed">
        <Icon name="trash-2" />
        <span>
          {by === null ? t.message.removed : t.message.removedBy(personName(table, view, by, t))}{" "}
          {reason && <q>{reason}</q>}
        </span>
      </p>
    );
  }
  const earlier = said.versions.slice(0, -1);
  return (
    <>
      {newest.html && <ServerHtml className="prose-text" html={newest.html} />}
      {earlier.length > 0 && (
        <button
          type="button"
          className="link-button message-edited"
          aria-expanded={open}
          aria-controls={open ? list : undefined}
          onClick={() => setOpen(!open)}
        >
          {t.message.edited} {format.time(newest.at)}
          <span className="sr-only">, {t.message.versions(earlier.length)}</span>
        </button>
      )}
      {open && (
        <ol id={list} className="message-versions">
          {earlier.map(({ at, html }) => (
            <li key={at}>
              <time className="faint" dateTime={at}>
                {format.moment(at)}
              </time>
              <ServerHtml className="prose-text" html={html} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function Editor({ row, acts }: { row: MessageRowOf; acts: MessageActs }): ReactNode {
  const { t } = useLanguage();
  const { connected } = useRoom();
  const [text, setText] = useState(row.said.versions.at(-1)?.text ?? "");
  const input = useRef<HTMLTextAreaElement>(null);
  const close = (): void => acts.onDo(null);
  const { busy, problem, decide } = useDecision(close);
  const hint = useId();
  useLayoutEffect(() => {
    const area = input.current;
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
  }, []);
  const ready = text.trim() !== "" && connected && !busy;
  function save(): void {
    if (!ready) return;
    decide({ t: "message.edit", stream: acts.stream, message: row.event.seq, text: text.trim() });
  }
  return (
    <form
      className="message-editor"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Problem>{problem}</Problem>
      <textarea
        ref={input}
        rows={3}
        value={text}
        aria-label={t.message.editLabel}
        aria-describedby={hint}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") close();
          if (!isSend(event)) return;
          event.preventDefault();
          save();
        }}
      />
      <div className="message-editor-foot">
        <span className="faint" id={hint}>
          {t.message.editHint}
        </span>
        <button type="button" className="btn btn-sm" onClick={close}>
          {t.cancel}
        </button>
        <button type="submit" className="btn btn-primary btn-sm" disabled={!ready}>
          {busy ? t.working : t.message.save}
        </button>
      </div>
    </form>
  );
}

interface ReactionsProps {
  row: MessageRowOf;
  acts: MessageActs;
  picking: boolean;
}

function Reactions({ row, acts, picking }: ReactionsProps): ReactNode {
  const { t } = useLanguage();
  const { table, view } = useRoom();
  const { act } = acts.may(row);
  const { problem, decide } = useDecision(() => undefined);
  const { reactions, removed } = row.said;
  if (removed || (reactions.length === 0 && !picking)) return null;
  const shown = reactions.map((one) => ({ ...one, mine: one.people.includes(view.you.id) }));
  function toggle(reaction: Reaction): void {
    const on = !shown.some((one) => one.reaction === reaction && one.mine);
    decide({ t: "message.react", stream: acts.stream, message: row.event.seq, reaction, on });
    if (picking) acts.onDo(null);
  }
  return (
    <div className="reactions">
      {shown.map(({ reaction, people, mine }) => {
        const names = people.map((id) => personName(table, view, id, t)).join(", ");
        return (
          <button
            key={reaction}
            type="button"
            className="reaction"
            aria-pressed={mine}
            title={names}
            disabled={!act}
            onClick={() => toggle(reaction)}
          >
            <Icon name={REACTIONS[reaction] ?? "smile"} /> <span className="num">{people.length}</span>
            <span className="sr-only">{reactionLabel(reaction, names, t)}</span>
          </button>
        );
      })}
      {picking && <Picker onPick={toggle} onClose={() => acts.onDo(null)} />}
      <Problem>{problem}</Problem>
    </div>
  );
}

function reactionLabel(reaction: Reaction, names: string, t: Dictionary): string {
  return t.message.reactionOf(t.message.reactionNames[reaction] ?? reaction, names);
}

function Picker({
  onPick,
  onClose,
}: {
  onPick: (reaction: Reaction) => void;
  onClose: () => void;
}): ReactNode {
  const { t } = useLanguage();
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  return (
    <div
      className="reaction-picker"
      role="group"
      aria-label={t.message.react}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      {(Object.keys(REACTIONS) as Reaction[]).map((reaction, index) => (
        <button
          key={reaction}
          ref={index === 0 ? first : undefined}
          type="button"
          className="reaction"
          aria-label={t.message.reactionNames[reaction]}
          title={t.message.reactionNames[reaction]}
          onClick={() => onPick(reaction)}
        >
          <Icon name={REACTIONS[reaction]} />
        </button>
      ))}
    </div>
  );
}

function Actions({ row, acts, name }: { row: MessageRowOf; acts: MessageActs; name: string }): ReactNode {
  const { t } = useLanguage();
  const { act, edit, remove, report } = acts.may(row);
  const { seq } = row.event;
  if (!act) return null;
  const button = (icon: IconName, label: string, onClick: () => void): ReactNode => (
    <button type="button" className="icon-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
  return (
    <div className="message-acts" role="group" aria-label={t.message.actions(name)}>
      {button("corner-down-left", t.message.reply, () => acts.onReply(seq))}
      {button("smile", t.message.react, () => acts.onDo({ seq, what: "react" }))}
      {edit && button("pencil", t.message.edit, () => acts.onDo({ seq, what: "edit" }))}
      {report &&
        button("flag", t.message.report, () =>
          acts.open({ kind: "report", about: { what: "message", message: seq } }),
        )}
      {remove &&
        button("trash-2", t.message.remove, () => acts.open({ kind: "remove", stream: acts.stream, seq }))}
    </div>
  );
}
