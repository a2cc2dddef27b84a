/** What a moderator sees of themselves: that they observe or have stepped in, and the way from one to the other. */
import { type ReactNode, useId, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useRoom } from "../context.ts";
import type { OpenDialog } from "../dialogs.ts";
import { useDecision } from "../useDecision.ts";
import { Dialog, Problem } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";

/** Whether one observes as a moderator or is in; null for who sits on a side. */
export function useObserving(): "observing" | "in" | null {
  const { table, view, party, store } = useRoom();
  if (store.readOnly) return "observing";
  if (party !== null) return null;
  return table?.participants.find(({ id }) => id === view.you.id)?.mode ?? null;
}

export function Observing({ open }: { open: OpenDialog }): ReactNode {
  const { t } = useLanguage();
  const { store, connected } = useRoom();
  const mode = useObserving();
  const { busy, problem, decide } = useDecision(() => undefined);
  if (mode === null || store.readOnly) return null;
  return (
    <div className="observing">
      <Icon name={mode === "in" ? "gavel" : "eye"} />
      <span>{mode === "in" ? t.sides.isIn : t.sides.observing}</span>
      <Problem>{problem}</Problem>
      <button type="button" className="btn btn-sm" onClick={() => open({ kind: "moderate" })}>
        <Icon name="shield" />
        {t.supervision.tools}
      </button>
      {mode === "in" ? (
        <button
          type="button"
          className="btn btn-sm"
          disabled={busy || !connected}
          onClick={() => decide({ t: "moderation.step_back", stream: store.config.table })}
        >
          {t.sides.stepBack}
        </button>
      ) : (
        <button
          type="button"
          className="btn btn-sm btn-primary"
          disabled={!connected}
          onClick={() => open({ kind: "step_in" })}
        >
          {t.sides.stepIn}
        </button>
      )}
    </div>
  );
}

export function StepInDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useLanguage();
  const { store, connected } = useRoom();
  const [reason, setReason] = useState("");
  const { busy, problem, decide } = useDecision(onClose);
  const id = useId();
  return (
    <Dialog
      title={t.sides.stepInTitle}
      icon="gavel"
      onClose={onClose}
      footer={
        <>
          <span className="sheet-note" />
          <button type="button" className="btn" onClick={onClose}>
            {t.cancel}
          </button>
          <button
            type="button"
            className="btn btn-primary"
            disabled={busy || !connected || !reason.trim()}
            onClick={() =>
              decide({ t: "moderation.step_in", stream: store.config.table, reason: reason.trim() })
            }
          >
            {busy ? t.working : t.sides.stepInConfirm}
          </button>
        </>
      }
    >
      <Problem>{problem}</Problem>
      <p>{t.sides.stepInHint}</p>
      <div className="field">
        <label htmlFor={id}>{t.sides.stepInReason}</label>
        <textarea
          id={id}
          rows={3}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Dialog>
  );
}
