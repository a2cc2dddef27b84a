/** The list above the writing line: people, emoji, commands. Comes when the first of them is asked for. */
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useState } from "react";
import { type Dictionary, useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import {
  type Emoji,
  folded,
  matchEmoji,
  matchPeople,
  type Person,
  PROPOSED_MAX,
  type Trigger,
} from "../suggest.ts";
import { Face } from "./Basics.tsx";

export interface SuggestHandle {
  /** Takes a key of the writing line. False when it means nothing here. */
  key: (key: string) => boolean;
}

export interface SuggestProps {
  id: string;
  trigger: Trigger;
  people: readonly Person[];
  commands: readonly CommandName[];
  onPick: (text: string, person?: Person) => void;
  onCommand: (name: CommandName) => void;
  /** The id of the option that a screen reader reads, and how many there are. */
  onActive: (option: string | null, count: number) => void;
  ref?: Ref<SuggestHandle>;
}

export type CommandName = keyof Dictionary["writing"]["commandNames"];

interface Option {
  key: string;
  mark: ReactNode;
  label: string;
  hint: string;
  pick: () => void;
}

/** All emoji in the reader's language, once they are here. */
export function useEmoji(wanted: boolean): readonly Emoji[] {
  const { code } = useLanguage();
  const [all, setAll] = useState<readonly Emoji[]>([]);
  useEffect(() => {
    if (!wanted) return;
    const load = code.startsWith("es") ? import("virtual:emoji/es") : import("virtual:emoji/en");
    // Without them one writes on.
    load.then((loaded) => setAll(loaded.default)).catch(() => undefined);
  }, [wanted, code]);
  return all;
}

function useOptions(props: SuggestProps): Option[] {
  const { trigger, people, commands, onPick, onCommand } = props;
  const { t } = useLanguage();
  const { table } = useRoom();
  const emoji = useEmoji(trigger.kind === ":");
  switch (trigger.kind) {
    case "@":
      return matchPeople(people, trigger.query).map((person) => {
        const side = table?.participants.find(({ id }) => id === person.id)?.side ?? null;
        return {
          key: person.id,
          mark: <Face name={person.name} side={side} small />,
          label: person.name,
          hint: side ? t[side] : "",
          pick: () => onPick(`@${person.name} `, person),
        };
      });
    case ":":
      return matchEmoji(emoji, trigger.query)
        .slice(0, PROPOSED_MAX)
        .map(([char, name]) => ({
          key: char,
          mark: <span className="emoji">{char}</span>,
          label: name,
          hint: "",
          pick: () => onPick(`${char} `),
        }));
    case "/":
      return commands
        .filter((name) => folded(t.writing.commandNames[name]).startsWith(folded(trigger.query)))
        .map((name) => ({
          key: name,
          mark: "/",
          label: t.writing.commandNames[name],
          hint: t.writing.commandHints[name],
          pick: () => onCommand(name),
        }));
  }
}

export default function Suggest(props: SuggestProps): ReactNode {
  const { t } = useLanguage();
  const { id, trigger, onActive } = props;
  const options = useOptions(props);
  const [at, setAt] = useState(0);
  const shown = `${trigger.kind}${trigger.query}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query begins at its first option
  useEffect(() => setAt(0), [shown]);
  const active = Math.min(at, options.length - 1);
  useEffect(() => {
    onActive(options.length > 0 ? `${id}-${active}` : null, options.length);
  }, [id, active, options.length, onActive]);
  useEffect(() => () => onActive(null, 0), [onActive]);
  useImperativeHandle(props.ref, () => ({
    key(key) {
      if (options.length === 0) return false;
      if (key === "ArrowDown" || key === "ArrowUp") {
        const by = key === "ArrowDown" ? 1 : -1;
        setAt((active + by + options.length) % options.length);
        return true;
      }
      if (key !== "Enter" && key !== "Tab") return false;
      options[active]?.pick();
      return true;
    },
  }));
  if (options.length === 0) return null;
  const names = { "@": t.writing.people, ":": t.writing.emoji, "/": t.writing.commands };
  return (
    <div className="suggest" id={id} role="listbox" aria-label={names[trigger.kind]}>
      {options.map((option, index) => (
        <div
          key={option.key}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className="suggest-option"
          // The writing line keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onMouseMove={() => setAt(index)}
          onClick={option.pick}
          onKeyDown={() => undefined}
        >
          <span className="suggest-mark" aria-hidden="true">
            {option.mark}
          </span>
          <span className="suggest-label">{option.label}</span>
          {option.hint && <span className="faint">{option.hint}</span>}
        </div>
      ))}
    </div>
  );
}
