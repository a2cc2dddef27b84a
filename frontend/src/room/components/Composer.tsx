import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import { Icon } from "./Icon.tsx";

interface ComposerProps {
  stream: string;
  caucus: boolean;
  organisation: string;
  open: OpenDialog;
  onSend: () => void;
  /** The message that is answered. */
  answering: { seq: number; name: string; text: string } | null;
  onDropAnswer: () => void;
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

/** A growing line of text. */
export function Composer(props: ComposerProps): ReactNode {
  const { t } = useLanguage();
  const { store, side } = useRoom();
  const { stream, caucus, organisation } = props;
  const { text, setText, input } = useDraft(props);
  const answered = props.answering?.seq;
  useLayoutEffect(() => {
    if (answered !== undefined) input.current?.focus();
  }, [answered, input]);
  const limit = store.socket.limits.message_chars_max;
  // The server counts characters, JavaScript counts halves of some of them.
  const over = text.length > limit ? [...text].length - limit : 0;
  const ready = text.trim() !== "" && over <= 0;
  const watching = side === "moderator" ? t.composerModerator : t.composerTable;
  const place = caucus ? t.composerCaucus(organisation) : watching;

  function send(): void {
    if (!ready) return;
    store.sendMessage(stream, text.trim(), props.answering?.seq ?? null);
    setText("");
    props.onDropAnswer();
    props.onSend();
    input.current?.focus();
  }

  return (
    <form
      className={caucus ? "composer composer-caucus" : "composer"}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {caucus && (
        <p className="composer-private">
          <Icon name="lock-keyhole" /> {t.ourSideHint(organisation)}
        </p>
      )}
      {props.answering && <Answering {...props.answering} onDrop={props.onDropAnswer} />}
      <div className="composer-box">
        <textarea
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
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") {
              if (props.answering) props.onDropAnswer();
              else input.current?.blur();
            }
            if (!isSend(event)) return;
            event.preventDefault();
            send();
          }}
        />
        <Tools ready={ready} caucus={caucus} open={props.open} />
      </div>
      <Note over={over} />
    </form>
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

function Tools(props: { ready: boolean; caucus: boolean; open: OpenDialog }): ReactNode {
  const { t } = useLanguage();
  const { party, table, standing } = useRoom();
  const mayOffer = !props.caucus && party && table?.negotiation.status === "open" && !standing;
  return (
    <div className="composer-tools">
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
