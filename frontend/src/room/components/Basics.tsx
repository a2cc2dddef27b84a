/** Small parts used everywhere in the room. */
import { Component, type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import type { ParticipantSide } from "../../protocol/types.ts";
import { initials, useServerNow, useStore } from "../context.ts";
import { Icon, type IconName } from "./Icon.tsx";

const FACE: Record<ParticipantSide, string> = {
  buyer: "face face-buyer",
  seller: "face face-seller",
  moderator: "face face-moderator",
};

export function Face(props: { name: string; side: ParticipantSide | null; small?: boolean }): ReactNode {
  const kind = props.side ? FACE[props.side] : "face";
  return (
    <span className={props.small ? `${kind} face-small` : kind} aria-hidden="true">
      {initials(props.name)}
    </span>
  );
}

/** The one place where HTML from the server enters the page; the server has sanitised it. */
export function ServerHtml({ html, className }: { html: string; className?: string }): ReactNode {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by the server, and only here
  return <div className={className} dangerouslySetInnerHTML={{ __html: html }} />;
}

/** Time left until a moment of the server's clock. */
export function Countdown({ until }: { until: string }): ReactNode {
  const { t } = useLanguage();
  const left = Math.max(0, Date.parse(until) - useServerNow());
  const seconds = Math.floor(left / 1000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const days = Math.floor(seconds / 86_400);
  const urgency = left < 300_000 ? "clock clock-last" : left < 3_600_000 ? "clock clock-soon" : "clock";
  return (
    <time className={urgency} dateTime={until} role="timer" aria-live="off">
      {days > 0 ? `${t.days(days)} ${clock}` : clock}
    </time>
  );
}

/** Browsers keep timers of at most this many milliseconds. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** True once a moment of the server's clock has passed; wakes up then, not every second. */
export function usePassed(until: string): boolean {
  const store = useStore();
  const [passed, setPassed] = useState(() => Date.parse(until) <= store.now());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const check = (): void => {
      const left = Date.parse(until) - store.now();
      setPassed(left <= 0);
      if (left > 0) timer = setTimeout(check, Math.min(left + 20, TIMER_MAX_MS));
    };
    check();
    return () => clearTimeout(timer);
  }, [store, until]);
  return passed;
}

export function Problem({ children }: { children: ReactNode }): ReactNode {
  if (!children) return null;
  return (
    <p className="problem" role="alert">
      {children}
    </p>
  );
}

interface DialogProps {
  title: string;
  icon?: IconName;
  wide?: boolean;
  tone?: "caucus" | "danger";
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus, and Escape closes it. */
export function Dialog(props: DialogProps): ReactNode {
  const { t } = useLanguage();
  const ref = useRef<HTMLDialogElement>(null);
  const title = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog?.isConnected) return undefined;
    const before = document.activeElement;
    if (!dialog.open) dialog.showModal();
    dialog.querySelector<HTMLElement>("h2")?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className={props.wide ? "sheet sheet-wide" : "sheet"}
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
    >
      <header className="sheet-head">
        {props.icon && <Icon name={props.icon} />}
        <h2 id={title} tabIndex={-1}>
          {props.title}
        </h2>
        <button type="button" className="icon-button" onClick={props.onClose} aria-label={t.close}>
          <Icon name="x" />
        </button>
      </header>
      <div className="sheet-body">{props.children}</div>
      {props.footer && <footer className="sheet-foot">{props.footer}</footer>}
    </dialog>
  );
}

/** Whatever goes wrong in a part of the room stays there, its code that does not come included. */
export class Boundary extends Component<{ fallback: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}

/** A refusal in the reader's language; the server's words where we have none. */
export function useRefusalWords(): (reason: unknown) => string {
  const { t } = useLanguage();
  return (reason) => {
    const { code, message } = reason as { code?: string; message?: string };
    return (code && t.refusal[code]) || message || String(reason);
  };
}
