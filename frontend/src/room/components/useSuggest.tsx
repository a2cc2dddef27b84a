/** Proposals while one writes: when they are there, what they put into the text, and whom a message names. */
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useCallback,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { useRoom } from "../context.ts";
import { mentionedIn, type Person, replaced, type Trigger, triggerAt } from "../suggest.ts";
import { Boundary } from "./Basics.tsx";
import type { CommandName, SuggestHandle } from "./Suggest.tsx";

const Suggest = lazy(() => import("./Suggest.tsx"));
const NOBODY: Person[] = [];

/** Whom one may name here; asked for once, when the first @ is written. */
function usePeople(stream: string, caucus: boolean, wanted: boolean): Person[] {
  const { store, table, side } = useRoom();
  const [people, setPeople] = useState<{ stream: string; people: Person[] } | null>(null);
  const known = people?.stream === stream ? people.people : null;
  const { peopleUrl } = store.config;
  useEffect(() => {
    if (!wanted || known) return undefined;
    const ended = new AbortController();
    fetch(`${peopleUrl}${caucus ? "?caucus=true" : ""}`, { signal: ended.signal })
      .then((answer) => (answer.ok ? answer.json() : { people: [] }))
      .then((found: { people: Person[] }) => setPeople({ stream, people: found.people }))
      // Without it those at the table are proposed.
      .catch(() => undefined);
    return () => ended.abort();
  }, [wanted, known, peopleUrl, caucus, stream]);
  const seated = table?.participants;
  return useMemo(
    () => known ?? seated?.filter((person) => !caucus || person.side === side) ?? NOBODY,
    [known, seated, caucus, side],
  );
}

interface SuggestOptions {
  stream: string;
  caucus: boolean;
  text: string;
  setText: (text: string) => void;
  input: RefObject<HTMLTextAreaElement | null>;
  commands: readonly CommandName[];
  onCommand: (name: CommandName) => void;
}

export interface Suggesting {
  list: ReactNode;
  /** What the text area is to say of itself. */
  aria: Record<string, string | undefined>;
  /** Looks at what stands before the caret. */
  look: () => void;
  /** Takes a key. False when it means nothing to the list. */
  key: (event: KeyboardEvent) => boolean;
  /** The people whom the text names. */
  mentions: () => string[];
  insert: (text: string) => void;
}

/** What is being written at the caret, and putting something in its place. */
function useTrigger({ text, setText, input }: SuggestOptions) {
  const [trigger, setTrigger] = useState<Trigger | null>(null);
  const [dropped, setDropped] = useState(false);
  const caret = useRef<number | null>(null);

  useLayoutEffect(() => {
    if (caret.current === null || !input.current) return;
    input.current.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });

  function look(): void {
    const area = input.current;
    if (!area) return;
    const found =
      area.selectionStart === area.selectionEnd ? triggerAt(area.value, area.selectionStart) : null;
    setTrigger(found);
    if (!found || found.from !== trigger?.from) setDropped(false);
  }

  function put(next: { text: string; caret: number }): void {
    setText(next.text);
    caret.current = next.caret;
    setTrigger(null);
    input.current?.focus();
  }

  function insert(added: string): void {
    const at = input.current?.selectionStart ?? text.length;
    const end = input.current?.selectionEnd ?? at;
    put({ text: text.slice(0, at) + added + text.slice(end), caret: at + added.length });
  }

  return { trigger: dropped ? null : trigger, look, put, insert, drop: () => setDropped(true) };
}

export function useSuggest(options: SuggestOptions): Suggesting {
  const { stream, caucus, text, input, commands, onCommand } = options;
  const { view } = useRoom();
  const { trigger, look, put, insert, drop } = useTrigger(options);
  const [active, setActive] = useState<string | null>(null);
  const handle = useRef<SuggestHandle>(null);
  const id = useId();
  const people = usePeople(stream, caucus, trigger?.kind === "@");
  const others = useMemo(() => people.filter((person) => person.id !== view.you.id), [people, view.you.id]);
  const onActive = useCallback((option: string | null) => setActive(option), []);
  const list = trigger && (
    <Boundary fallback={null}>
      <Suspense fallback={null}>
        <Suggest
          ref={handle}
          id={id}
          trigger={trigger}
          people={others}
          commands={commands}
          onActive={onActive}
          onPick={(by) => put(replaced(text, trigger, input.current?.selectionStart ?? text.length, by))}
          onCommand={(name) => {
            put({ text: "", caret: 0 });
            onCommand(name);
          }}
        />
      </Suspense>
    </Boundary>
  );
  return {
    list,
    aria: {
      "aria-autocomplete": "list",
      "aria-controls": trigger && active ? id : undefined,
      "aria-activedescendant": (trigger && active) || undefined,
    },
    look,
    key(event) {
      if (!trigger || event.shiftKey || event.nativeEvent.isComposing) return false;
      if (event.key === "Escape" && active) {
        drop();
        return true;
      }
      return handle.current?.key(event.key) ?? false;
    },
    mentions: () => mentionedIn(text, others),
    insert,
  };
}
