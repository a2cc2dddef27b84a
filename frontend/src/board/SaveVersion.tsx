/** Asks under which name the board is kept as it is now. */
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useDrawingLanguage } from "../i18n/useDrawingLanguage.ts";
import { Dialog, Problem } from "../room/components/Basics.tsx";
import { useRoom } from "../room/context.ts";
import { useDecision } from "../room/useDecision.ts";

const NAME_CHARS_MAX = 100;

interface SaveVersionProps {
  stream: string;
  /** Whether only one's own side finds it. */
  own: boolean;
  onClose: () => void;
}

export function SaveVersion({ stream, own, onClose }: SaveVersionProps): ReactNode {
  const { t } = useDrawingLanguage();
  const { connected } = useRoom();
  const [name, setName] = useState("");
  const { busy, problem, decide } = useDecision(onClose);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const ready = name.trim() !== "" && connected && !busy;
  return (
    <Dialog
      title={t.boardSaveTitle}
      icon="archive"
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note" />
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" form={`${id}-form`} className="btn btn-primary" disabled={!ready}>
            {busy ? t.working : t.boardSaveNow}
          </button>
        </>
      }
    >
      <form
        id={`${id}-form`}
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) decide({ t: "board.save_version", stream, name: name.trim() });
        }}
      >
        <Problem>{problem}</Problem>
        <div className="field">
          <label htmlFor={id}>{t.boardSaveName}</label>
          <input
            ref={input}
            id={id}
            maxLength={NAME_CHARS_MAX}
            value={name}
            aria-describedby={`${id}-hint`}
            onChange={(event) => setName(event.target.value)}
          />
          <span className="field-help" id={`${id}-hint`}>
            {t.boardSaveHint(own)}
          </span>
        </div>
      </form>
    </Dialog>
  );
}
