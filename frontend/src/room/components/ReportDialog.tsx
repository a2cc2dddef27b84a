/** Tells the moderators, and nobody else, what is wrong. Loaded when it is opened, with its words. */
import { type ReactNode, useId, useLayoutEffect, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { report as english } from "../../i18n/report.en.ts";
import { report as spanish } from "../../i18n/report.es.ts";
import type { ReportAbout, ReportKind, TableState } from "../../protocol/types.ts";
import { personName, useRoom } from "../context.ts";
import { whatWasSaid } from "../said.ts";
import { Dialog, Problem, useRefusalWords } from "./Basics.tsx";

const KINDS: ReportKind[] = ["payment", "fraud", "insult", "spam", "other"];
/** Of an offer's versions the newest are the ones that one means. */
const OFFERS = 5;
const QUOTED_CHARS = 80;
const WORDS_MAX = 2000;

interface Props {
  table: TableState;
  about: ReportAbout;
  onClose: () => void;
}

interface Choice {
  about: ReportAbout;
  words: string;
}

/** What can be reported from here: what was pointed at, the other side's newest offers, the others, the room. */
function useChoices({ table, about }: Props, words: typeof english): Choice[] {
  const { t } = useLanguage();
  const { view, party, stream } = useRoom();
  const choices: Choice[] = [];
  if (about.what === "message") {
    const by = stream.events[about.message - stream.first]?.by ?? null;
    const text = whatWasSaid(stream.events).get(about.message)?.versions.at(-1)?.text ?? "";
    const short = text.length > QUOTED_CHARS ? `${text.slice(0, QUOTED_CHARS)}…` : text;
    choices.push({ about, words: words.message(personName(table, view, by, t), short) });
  }
  for (const offer of table.offers.filter(({ side }) => side !== party).slice(-OFFERS)) {
    const shown = words.offer(offer.version, table.sides[offer.side].name);
    choices.push({ about: { what: "offer", version: offer.version }, words: shown });
  }
  for (const person of table.participants.filter(({ id }) => id !== view.you.id)) {
    choices.push({ about: { what: "person", person: person.id }, words: words.person(person.name) });
  }
  choices.push({ about: { what: "room" }, words: words.room });
  return choices;
}

export function ReportDialog(props: Props): ReactNode {
  const { code, t } = useLanguage();
  const { store, connected } = useRoom();
  const known = useRefusalWords();
  const words = code.startsWith("es") ? spanish : english;
  const choices = useChoices(props, words);
  const first = choices.findIndex(({ about }) => JSON.stringify(about) === JSON.stringify(props.about));
  const [index, setIndex] = useState(Math.max(0, first));
  const [kind, setKind] = useState<ReportKind | null>(null);
  const [text, setText] = useState("");
  const [state, setState] = useState<"open" | "busy" | "done">("open");
  const [problem, setProblem] = useState("");
  const ids = { about: useId(), words: useId() };
  const about = choices[index]?.about ?? props.about;

  function send(): void {
    if (kind === null) return;
    setState("busy");
    setProblem("");
    store.command({ t: "report.file", stream: store.config.table, about, kind, words: text.trim() }).then(
      () => setState("done"),
      (reason: unknown) => {
        setState("open");
        setProblem(words.refusal[(reason as { code?: string }).code ?? ""] ?? known(reason));
      },
    );
  }

  if (state === "done") return <Done words={words} onClose={props.onClose} />;
  return (
    <Dialog
      title={words.title}
      icon="flag"
      onClose={props.onClose}
      footer={
        <>
          <span className="sheet-note" />
          <button type="button" className="btn" onClick={props.onClose}>
            {t.cancel}
          </button>
          <button
            type="button"
            className="btn btn-primary"
            disabled={state === "busy" || !connected || kind === null}
            onClick={send}
          >
            {state === "busy" ? t.working : words.send}
          </button>
        </>
      }
    >
      <Problem>{problem}</Problem>
      <p>{words.hint}</p>
      <div className="field">
        <label htmlFor={ids.about}>{words.about}</label>
        <select id={ids.about} value={index} onChange={(event) => setIndex(Number(event.target.value))}>
          {choices.map((choice, at) => (
            <option key={JSON.stringify(choice.about)} value={at}>
              {choice.words}
            </option>
          ))}
        </select>
      </div>
      <fieldset className="report-kinds">
        <legend>{words.kind}</legend>
        {KINDS.map((one) => (
          <label key={one}>
            <input type="radio" name="report-kind" checked={kind === one} onChange={() => setKind(one)} />
            <span>{words.kinds[one]}</span>
          </label>
        ))}
      </fieldset>
      <div className="field">
        <label htmlFor={ids.words}>
          {words.words} <span className="optional">({t.optional})</span>
        </label>
        <textarea
          id={ids.words}
          rows={3}
          maxLength={WORDS_MAX}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
    </Dialog>
  );
}

function Done({ words, onClose }: { words: typeof english; onClose: () => void }): ReactNode {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  return (
    <Dialog
      title={words.title}
      icon="circle-check"
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note" />
          <button ref={button} type="button" className="btn btn-primary" onClick={onClose}>
            {words.done}
          </button>
        </>
      }
    >
      <p role="status">{words.thanks}</p>
      <p className="muted">{words.hint}</p>
    </Dialog>
  );
}
