import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type RefObject,
  Suspense,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import { parseMinor } from "../money.ts";
import { commandIn, folded, priceIn } from "../suggest.ts";
import { Boundary } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";
import type { CommandName } from "./Suggest.tsx";
import { AddFiles, Drop, Tray, useFiles } from "./Tray.tsx";
import { type Suggesting, useSuggest } from "./useSuggest.tsx";

const EmojiPicker = lazy(() => import("./EmojiPicker.tsx"));

interface ComposerProps {
  stream: string;
  caucus: boolean;
  organisation: string;
  open: OpenDialog;
  onSend: () => void;
  /** The message that is answered. */
  answering: { seq: number; name: string; text: string } | null;
  onDropAnswer: () => void;
  onBoard: () => void;
  /** A refused message taken back to be written anew. */
  returned: { text: string; at: number } | null;
}

/** The text, kept as a draft until it is sent, and a text area as tall as it. */
function useDraft({ stream, returned }: ComposerProps) {
  const { store } = useRoom();
  const [text, setText] = useState(() => store.keep.draft(stream));
  const input = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    store.keep.saveDraft(stream, text);
  }, [store, stream, text]);

  useEffect(() => {
    if (!returned) return;
    setText((now) => (now.trim() ? `${returned.text}\n${now}` : returned.text));
    input.current?.focus();
  }, [returned]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const area = input.current;
    if (!area) return;
    // Measuring lays out the whole page, once more than is needed while a room opens. Most browsers need no help.
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight + 2, 220)}px`;
  }, [text]);

  return { text, setText, input };
}

/** Enter sends, but not on a touch screen, where it is the only way to a new line. */
export function isSend(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return false;
  return !window.matchMedia("(pointer: coarse)").matches;
}

/** The commands that make sense now, and what they open. None of them does anything by itself. */
function useCommands({ caucus, open, onBoard }: ComposerProps): {
  commands: CommandName[];
  run: (name: CommandName) => void;
  /** Opens what a text asks for that is a command. False when it is none. */
  asked: (text: string) => boolean;
} {
  const { t, code } = useLanguage();
  const { store, party, table, standing } = useRoom();
  const negotiating = !caucus && party !== null && table?.negotiation.status === "open";
  const theirs = negotiating && standing !== null && standing.side !== party;
  const ours = negotiating && standing?.side === party;
  const may: Record<CommandName, boolean> = {
    offer: negotiating,
    accept: theirs,
    decline: theirs,
    withdraw: ours,
    close: negotiating,
    board: store.config.board !== null,
    help: true,
  };
  function run(name: CommandName): void {
    if (name === "board") onBoard();
    else if (name === "offer" || name === "close" || name === "help") open({ kind: name });
    else if (standing && name === "accept") open({ kind: name, offer: standing, package: 0 });
    else if (standing && name !== "accept") open({ kind: name, offer: standing });
  }
  const commands = (Object.keys(may) as CommandName[]).filter((name) => may[name]);
  function asked(text: string): boolean {
    const command = commandIn(text);
    const meant = commands.find((name) => folded(t.writing.commandNames[name]) === command?.name);
    if (!command || !meant) return false;
    if (!command.rest) {
      run(meant);
      return true;
    }
    const currency = table?.room.currency ?? "";
    const price = priceIn(command.rest, currency);
    if (meant !== "offer" || !parseMinor(price, currency, code).ok) return false;
    open({ kind: "offer", price });
    return true;
  }
  return { commands, run, asked };
}

function usePlaceholder(caucus: boolean, organisation: string): string {
  const { t } = useLanguage();
  const { side } = useRoom();
  if (caucus) return t.composerCaucus(organisation);
  return side === "moderator" ? t.composerModerator : t.composerTable;
}

/** By how many characters a text is too long. The server counts whole ones, JavaScript halves of some of them. */
function charsOver(text: string, limit: number): number {
  return text.length > limit ? [...text].length - limit : 0;
}

/** Whoever answers a message writes next. */
function useFocusToAnswer(answered: number | undefined, input: RefObject<HTMLTextAreaElement | null>): void {
  useLayoutEffect(() => {
    if (answered !== undefined) input.current?.focus();
  }, [answered, input]);
}

/** A growing line of text. */
export function Composer(props: ComposerProps): ReactNode {
  const { store } = useRoom();
  const { stream, caucus, organisation } = props;
  const { text, setText, input } = useDraft(props);
  const files = useFiles(stream);
  useFocusToAnswer(props.answering?.seq, input);
  const over = charsOver(text, store.socket.limits.message_chars_max);
  const said = text.trim() !== "" || files.uploads.length > 0;
  const ready = said && over <= 0 && files.waits === null;
  const { commands, run, asked } = useCommands(props);
  const suggest = useSuggest({ stream, caucus, text, setText, input, commands, onCommand: run });
  const place = usePlaceholder(caucus, organisation);

  function send(): void {
    if (!ready) return;
    setText("");
    if (asked(text)) return;
    store.sendMessage(stream, text.trim(), props.answering?.seq ?? null, {
      attachments: store.uploads.take(stream),
      mentions: suggest.mentions(),
    });
    props.onDropAnswer();
    props.onSend();
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    const suggested = suggest.key(event);
    if (suggested) event.stopPropagation();
    else if (event.key === "Escape" && props.answering) props.onDropAnswer();
    else if (event.key === "Escape") input.current?.blur();
    else if (isSend(event)) send();
    else return;
    event.preventDefault();
  }

  return (
    <form
      className={caucus ? "composer composer-caucus" : "composer"}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {caucus && <Private organisation={organisation} />}
      {props.answering && <Answering {...props.answering} onDrop={props.onDropAnswer} />}
      <Tray files={files} />
      <Drop add={files.add} caucus={caucus} />
      <div className="composer-box">
        <AddFiles add={files.add} />
        {suggest.list}
        <textarea
          {...suggest.aria}
          ref={input}
          id="composer"
          rows={1}
          value={text}
          placeholder={place}
          aria-label={place}
          aria-describedby="composer-keys"
          aria-invalid={over > 0}
          onChange={(event) => {
            setText(event.target.value);
            store.typing(stream);
            suggest.look();
          }}
          onSelect={suggest.look}
          onKeyDown={onKeyDown}
        />
        <Tools ready={ready} caucus={caucus} open={props.open} suggest={suggest} />
      </div>
      <Note over={over} />
    </form>
  );
}

function Private({ organisation }: { organisation: string }): ReactNode {
  const { t } = useLanguage();
  return (
    <p className="composer-private">
      <Icon name="lock-keyhole" /> {t.ourSideHint(organisation)}
    </p>
  );
}

function Answering(props: { name: string; text: string; onDrop: () => void }): ReactNode {
  const { t } = useLanguage();
  return (
    <p className="composer-answers">
      <Icon name="corner-down-left" />
      <span>
        <b>{t.message.answering(props.name)}</b> {props.text}
      </span>
      <button
        type="button"
        className="icon-button"
        aria-label={t.message.dropAnswer}
        title={t.message.dropAnswer}
        onClick={props.onDrop}
      >
        <Icon name="x" />
      </button>
    </p>
  );
}

function Tools(props: { ready: boolean; caucus: boolean; open: OpenDialog; suggest: Suggesting }): ReactNode {
  const { t } = useLanguage();
  const [picking, setPicking] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const { party, table, standing } = useRoom();
  const mayOffer = !props.caucus && party && table?.negotiation.status === "open" && !standing;
  return (
    <div className="composer-tools">
      {picking && (
        <Boundary fallback={null}>
          <Suspense fallback={null}>
            <EmojiPicker
              onPick={(char) => {
                setPicking(false);
                props.suggest.insert(char);
              }}
              onClose={() => {
                setPicking(false);
                button.current?.focus();
              }}
            />
          </Suspense>
        </Boundary>
      )}
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={t.writing.pickEmoji}
        title={t.writing.pickEmoji}
        aria-expanded={picking}
        onClick={() => setPicking(!picking)}
      >
        <Icon name="smile" />
      </button>
      {mayOffer && (
        <button
          type="button"
          className="btn btn-sm"
          aria-label={t.makeOffer}
          onClick={() => props.open({ kind: "offer" })}
        >
          <Icon name="handshake" />
          <span className="only-roomy">{t.makeOffer}</span>
        </button>
      )}
      <button type="submit" className="btn btn-primary btn-sm" disabled={!props.ready} aria-label={t.send}>
        <Icon name="send" />
        <span className="only-roomy">{t.send}</span>
      </button>
    </div>
  );
}

function Note({ over }: { over: number }): ReactNode {
  const { t } = useLanguage();
  return (
    <p className="composer-note" id="composer-keys">
      {over > 0 ? (
        <span className="bad">{t.tooLong(over)}</span>
      ) : (
        <span className="only-roomy">
          <Icon name="corner-down-left" /> {t.composerKeys}
        </span>
      )}
    </p>
  );
}
