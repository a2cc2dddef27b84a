/** What a moderator can do in a room. Loaded when it is opened. Everything asks for its reason first. */
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { type ModeratingDictionary, useModeratingLanguage } from "../../i18n/moderating.ts";
import type { CommandBody, Participant, Side, TableState } from "../../protocol/types.ts";
import { lowestGross, useFormat, useRoom } from "../context.ts";
import { useDecision } from "../useDecision.ts";
import { Dialog, Face, Problem } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";
import { useObserving } from "./Observing.tsx";
import { FrozenChip, PersonChips } from "./Supervised.tsx";

type Act = keyof ModeratingDictionary["supervision"]["ask"];

/** What was chosen and waits for its reason. */
export interface Asked {
  act: Act;
  /** Whom or what it is about, in words. */
  name: string;
  participant?: string;
  version?: number;
  /** A moment of the board. */
  seq?: number;
  /** Called once it is done, and not when it is given up. */
  onDone?: () => void;
}

const HOURS_MAX = 168;
const HARSH: ReadonlySet<Act> = new Set<Act>([
  "mute",
  "remove",
  "lock",
  "lock_board",
  "clear_board",
  "restore_board",
  "freeze",
  "void",
]);

interface ToolsProps {
  table: TableState;
  /** What was chosen elsewhere already. */
  asked?: Asked | undefined;
  onClose: () => void;
}

export function ModeratorTools({ table, asked: first, onClose }: ToolsProps): ReactNode {
  const { t } = useModeratingLanguage();
  const { store } = useRoom();
  const [asked, setAsked] = useState<Asked | null>(first ?? null);
  const mode = useObserving();
  if (asked)
    return <Confirm asked={asked} onBack={() => (first ? onClose() : setAsked(null))} onClose={onClose} />;
  return (
    <Dialog title={t.supervision.title} icon="gavel" onClose={onClose}>
      {mode === "observing" && <p className="muted">{t.supervision.observeOnly}</p>}
      <Whispering table={table} />
      {mode === "in" && (
        <>
          <OfferTools table={table} onAsk={setAsked} />
          <People table={table} onAsk={setAsked} />
          <section className="tools-part">
            <h3>{t.supervision.sections.room}</h3>
            <div className="tools-acts">
              <Ask act={table.locked ? "unlock" : "lock"} name={table.room.title} onAsk={setAsked} />
              <Ask
                act={table.board_locked ? "unlock_board" : "lock_board"}
                name={table.room.title}
                onAsk={setAsked}
              />
              {store.config.board && <Ask act="clear_board" name={table.room.title} onAsk={setAsked} />}
            </div>
          </section>
        </>
      )}
    </Dialog>
  );
}

function Ask(props: Asked & { label?: string; onAsk: (asked: Asked) => void }): ReactNode {
  const { t } = useModeratingLanguage();
  const { connected } = useRoom();
  const { onAsk, label, ...asked } = props;
  return (
    <button
      type="button"
      className={HARSH.has(asked.act) ? "btn btn-sm btn-danger" : "btn btn-sm"}
      disabled={!connected}
      aria-label={label}
      onClick={() => onAsk(asked)}
    >
      {t.supervision[asked.act]}
    </button>
  );
}

function OfferTools({ table, onAsk }: { table: TableState; onAsk: (asked: Asked) => void }): ReactNode {
  const { t } = useModeratingLanguage();
  const format = useFormat();
  const { standing: offer } = useRoom();
  const about = offer && { name: t.version(offer.version), version: offer.version, onAsk };
  return (
    <section className="tools-part">
      <h3>{t.supervision.sections.offer}</h3>
      {!offer && <p className="muted">{t.supervision.nothing}</p>}
      {offer && about && (
        <div className="tools-row">
          <Face name={table.sides[offer.side].name} side={offer.side} small />
          <span className="tools-name">
            <b>{t.version(offer.version)}</b>{" "}
            <span className="num">{format.money(lowestGross(offer), offer.currency)}</span>{" "}
            <FrozenChip offer={offer} />
          </span>
          <span className="tools-acts">
            <Ask act={offer.frozen ? "unfreeze" : "freeze"} {...about} />
            <Ask act="extend" {...about} />
            <Ask act="void" {...about} />
          </span>
        </div>
      )}
    </section>
  );
}

function People({ table, onAsk }: { table: TableState; onAsk: (asked: Asked) => void }): ReactNode {
  const { t } = useModeratingLanguage();
  const people = table.participants.filter(({ side }) => side !== "moderator");
  return (
    <section className="tools-part">
      <h3>{t.supervision.sections.people}</h3>
      {people.length === 0 && <p className="muted">{t.supervision.nobody}</p>}
      <ul>
        {people.map((person) => (
          <li key={person.id} className="tools-row">
            <Face name={person.name} side={person.side} small />
            <span className="tools-name">
              {person.name} <span className="faint">{t[person.side]}</span> <PersonChips person={person} />
            </span>
            <span className="tools-acts">
              {!person.removed && (
                <PersonAct person={person} act={person.muted ? "unmute" : "mute"} onAsk={onAsk} />
              )}
              <PersonAct person={person} act={person.removed ? "readmit" : "remove"} onAsk={onAsk} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function PersonAct(props: { person: Participant; act: Act; onAsk: (asked: Asked) => void }): ReactNode {
  const { t } = useModeratingLanguage();
  const { id, name, side } = props.person;
  const label = t.supervision.personLabel(t.supervision[props.act], name, side);
  return <Ask act={props.act} name={name} participant={id} label={label} onAsk={props.onAsk} />;
}

function command(asked: Asked, stream: string, reason: string, hours: number): CommandBody {
  const { act, participant = "", version = 0, seq = 0 } = asked;
  switch (act) {
    case "mute":
    case "unmute":
    case "remove":
    case "readmit":
      return { t: `moderation.${act}`, stream, participant, reason };
    case "lock":
    case "unlock":
    case "lock_board":
    case "unlock_board":
    case "clear_board":
      return { t: `moderation.${act}`, stream, reason };
    case "restore_board":
      return { t: "moderation.restore_board", stream, seq, reason };
    case "extend":
      return { t: "moderation.extend", stream, version, seconds: hours * 3600, reason };
    default:
      return { t: `moderation.${act}`, stream, version, reason };
  }
}

function Confirm(props: { asked: Asked; onBack: () => void; onClose: () => void }): ReactNode {
  const { t } = useModeratingLanguage();
  const { store, connected } = useRoom();
  const { asked, onBack, onClose } = props;
  const [reason, setReason] = useState("");
  const [hours, setHours] = useState("24");
  const { busy, problem, decide } = useDecision(() => {
    asked.onDone?.();
    onClose();
  });
  const input = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useLayoutEffect(() => input.current?.focus(), []);
  const count = /^[0-9]{1,3}$/.test(hours) ? Number(hours) : 0;
  const wrong = asked.act === "extend" && (count < 1 || count > HOURS_MAX);
  return (
    <Dialog
      title={t.supervision[asked.act]}
      icon="gavel"
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note" />
          <button type="button" className="btn" onClick={onBack}>
            {t.supervision.back}
          </button>
          <button
            type="button"
            className={HARSH.has(asked.act) ? "btn btn-danger" : "btn btn-primary"}
            disabled={busy || wrong || !connected || !reason.trim()}
            onClick={() => decide(command(asked, store.config.table, reason.trim(), count))}
          >
            {busy ? t.working : t.supervision[asked.act]}
          </button>
        </>
      }
    >
      <Problem>{problem}</Problem>
      <p>{t.supervision.ask[asked.act](asked.name)}</p>
      {asked.act === "extend" && (
        <div className="field">
          <label htmlFor={`${id}-hours`}>{t.supervision.hours}</label>
          <input
            id={`${id}-hours`}
            className="tools-hours"
            inputMode="numeric"
            value={hours}
            aria-invalid={wrong}
            aria-describedby={`${id}-hours-help`}
            onChange={(event) => setHours(event.target.value)}
          />
          <span className={wrong ? "field-help bad" : "field-help"} id={`${id}-hours-help`}>
            {t.supervision.hoursWrong}
          </span>
        </div>
      )}
      <div className="field">
        <label htmlFor={id}>{t.supervision.why}</label>
        <textarea
          ref={input}
          id={id}
          rows={3}
          maxLength={500}
          value={reason}
          aria-describedby={`${id}-help`}
          onChange={(event) => setReason(event.target.value)}
        />
        <span className="field-help" id={`${id}-help`}>
          {t.supervision.whyHint}
        </span>
      </div>
    </Dialog>
  );
}

interface Whisper {
  id: string;
  to: Side;
  text: string;
  at: string;
}

/** What this moderator has whispered here; `again` is called after a new one. */
function useWhispers(): { whispers: Whisper[]; failed: boolean; again: () => void } {
  const { store } = useRoom();
  const [whispers, setWhispers] = useState<Whisper[]>([]);
  const [failed, setFailed] = useState(false);
  const [asked, setAsked] = useState(0);
  const url = store.config.evidenceUrl?.replace(/evidence$/, "whispers") ?? "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again after each whisper
  useEffect(() => {
    let gone = false;
    fetch(url, { headers: { Accept: "application/json" } })
      .then(async (answer) => {
        if (!answer.ok) throw new Error(String(answer.status));
        const { whispers: all } = (await answer.json()) as { whispers: Whisper[] };
        if (!gone) setWhispers(all);
      })
      .catch(() => gone || setFailed(true));
    return () => {
      gone = true;
    };
  }, [url, asked]);
  return { whispers, failed, again: () => setAsked((now) => now + 1) };
}

function Whispering({ table }: { table: TableState }): ReactNode {
  const { t } = useModeratingLanguage();
  const { store, connected } = useRoom();
  const { whispers, failed, again } = useWhispers();
  const [to, setTo] = useState<Side>("buyer");
  const [text, setText] = useState("");
  const { busy, problem, decide } = useDecision(() => {
    setText("");
    again();
  });
  const id = useId();
  const ready = connected && !busy && text.trim() !== "";
  return (
    <section className="tools-part">
      <h3>{t.supervision.sections.whisper}</h3>
      <form
        className="tools-whisper"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) decide({ t: "moderation.whisper", stream: store.config.table, to, text: text.trim() });
        }}
      >
        <Problem>{problem}</Problem>
        <fieldset className="tools-sides">
          <legend>{t.supervision.whisperTo}</legend>
          {(["buyer", "seller"] as const).map((side) => (
            <label key={side}>
              <input type="radio" name={id} checked={to === side} onChange={() => setTo(side)} />
              {t.supervision.sideOf(side, table.sides[side].name)}
            </label>
          ))}
        </fieldset>
        <div className="field">
          <label htmlFor={`${id}-text`}>{t.supervision.whisperText}</label>
          <textarea
            id={`${id}-text`}
            rows={2}
            value={text}
            maxLength={store.socket.limits.message_chars_max}
            aria-describedby={`${id}-hint`}
            onChange={(event) => setText(event.target.value)}
          />
          <span className="field-help" id={`${id}-hint`}>
            {t.supervision.whisperHint}
          </span>
        </div>
        <button type="submit" className="btn btn-primary btn-sm" disabled={!ready}>
          <Icon name="ear" />
          {busy ? t.working : t.supervision.whisperSend}
        </button>
      </form>
      <Whispered table={table} whispers={whispers} failed={failed} />
    </section>
  );
}

function Whispered(props: { table: TableState; whispers: Whisper[]; failed: boolean }): ReactNode {
  const { t } = useModeratingLanguage();
  const format = useFormat();
  if (props.failed) return <p className="muted">{t.supervision.whispersFailed}</p>;
  if (props.whispers.length === 0) return null;
  return (
    <div role="status">
      <h4 className="faint">{t.supervision.yourWhispers}</h4>
      <ul className="tools-whispers">
        {props.whispers.toReversed().map(({ id, to, text, at }) => (
          <li key={id}>
            <span className="faint">
              {t.supervision.whispered(props.table.sides[to].name)} · {format.moment(at)}
            </span>
            <span>{text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
