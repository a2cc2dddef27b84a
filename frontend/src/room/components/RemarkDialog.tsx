/** Says something about a line or an issue of an offer, to everyone at the table. */
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { Offer } from "../../protocol/types.ts";
import { issueLabel, useRoom } from "../context.ts";
import { type Part, partsOf, samePart } from "../remarks.ts";
import { useDecision } from "../useDecision.ts";
import { Dialog, Problem } from "./Basics.tsx";
import { isSend } from "./Composer.tsx";

interface RemarkDialogProps {
  offer: Offer;
  package: number;
  part: Part | null;
  onClose: () => void;
}

export function RemarkDialog(props: RemarkDialogProps): ReactNode {
  const { t } = useLanguage();
  const { store, connected } = useRoom();
  const { offer, onClose } = props;
  const parts = partsOf(offer, props.package);
  const asked = parts.findIndex(({ part }) => props.part && samePart(part, props.part));
  const [at, setAt] = useState(Math.max(0, asked));
  const [text, setText] = useState("");
  const { busy, problem, decide } = useDecision(onClose);
  const id = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => input.current?.focus(), []);
  const part = parts[at]?.part;
  const ready = text.trim() !== "" && part !== undefined && connected && !busy;
  function send(): void {
    if (!ready || !part) return;
    decide({
      t: "message.remark",
      stream: store.config.table,
      about: { version: offer.version, package: props.package, ...part },
      text: text.trim(),
    });
  }
  return (
    <Dialog
      title={t.offers.remarkTitle(offer.version)}
      icon="message-square"
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note" />
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="button" className="btn btn-primary" disabled={!ready} onClick={send}>
            {busy ? t.working : t.offers.remarkSend}
          </button>
        </>
      }
    >
      <Problem>{problem}</Problem>
      <div className="field">
        <label htmlFor={`${id}-about`}>{t.offers.remarkAbout}</label>
        <select id={`${id}-about`} value={at} onChange={(event) => setAt(Number(event.target.value))}>
          {parts.map(({ part: one, name }, index) => (
            <option key={JSON.stringify(one)} value={index}>
              {"issue" in one ? issueLabel(name, t) : name}
            </option>
          ))}
        </select>
      </div>
      <div className="field">
        <label htmlFor={`${id}-text`}>{t.offers.remarkText}</label>
        <textarea
          ref={input}
          id={`${id}-text`}
          rows={3}
          maxLength={store.socket.limits.message_chars_max}
          value={text}
          aria-describedby={`${id}-hint`}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (!isSend(event)) return;
            event.preventDefault();
            send();
          }}
        />
        <span className="field-help" id={`${id}-hint`}>
          {t.offers.remarkHint}
        </span>
      </div>
    </Dialog>
  );
}
