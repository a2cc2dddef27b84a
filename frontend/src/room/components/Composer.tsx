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
  /** A refused message taken back to be written anew. */
  returned: { text: string; at: number } | null;
}

/** A growing line of text. What is written is kept as a draft until it is sent. */
export function Composer(props: ComposerProps): ReactNode {
  const { t } = useLanguage();
  const { store, side, party, table, standing } = useRoom();
  const { stream, caucus, returned } = props;
  const [text, setText] = useState(() => store.keep.draft(stream));
  const input = useRef<HTMLTextAreaElement>(null);
  const limit = store.socket.limits.message_chars_max;
  // The server counts characters, JavaScript counts halves of some of them.
  const over = text.length > limit ? [...text].length - limit : 0;
  const ready = text.trim() !== "" && over <= 0;

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

  function send(): void {
    if (!ready) return;
    store.sendMessage(stream, text.trim());
    setText("");
    props.onSend();
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape") input.current?.blur();
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    if (window.matchMedia("(pointer: coarse)").matches) return;
    event.preventDefault();
    send();
  }

  const place = caucus
    ? t.composerCaucus(props.organisation)
    : side === "moderator"
      ? t.composerModerator
      : t.composerTable;
  const mayOffer = !caucus && party && table?.negotiation.status === "open" && !standing;
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
          <Icon name="lock-keyhole" /> {t.ourSideHint(props.organisation)}
        </p>
      )}
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
          onKeyDown={onKeyDown}
        />
        <div className="composer-tools">
          {mayOffer && (
            <button type="button" className="btn btn-sm" onClick={() => props.open({ kind: "offer" })}>
              <Icon name="handshake" />
              <span className="only-roomy">{t.makeOffer}</span>
            </button>
          )}
          <button type="submit" className="btn btn-primary btn-sm" disabled={!ready} aria-label={t.send}>
            <Icon name="send" />
            <span className="only-roomy">{t.send}</span>
          </button>
        </div>
      </div>
      <p className="composer-note" id="composer-keys">
        {over > 0 ? (
          <span className="bad">{t.tooLong(over)}</span>
        ) : (
          <span className="only-roomy">
            <Icon name="corner-down-left" /> {t.composerKeys}
          </span>
        )}
      </p>
    </form>
  );
}
