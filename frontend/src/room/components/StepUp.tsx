/** The second factor, where an organisation asks for it before something large is accepted. */
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { useStore } from "../context.ts";
import { askPasskey, type Challenge } from "../passkey.ts";
import { Problem, useRefusalWords } from "./Basics.tsx";
import { Icon } from "./Icon.tsx";

interface StepUpProps {
  /** What is accepted; the proof is for nothing else. */
  what: { version: number; hash: string; package: number };
  organisation: string;
  total: string;
  disabled: boolean;
  onProof: (proof: string) => void;
}

interface Begun {
  methods: ("code" | "passkey")[];
  passkey: Challenge | null;
  /** Where one sets a second factor up. */
  setup: string;
}

function usePost(): <T>(path: string, body: object) => Promise<T> {
  const { config } = useStore();
  return async (path, body) => {
    const answer = await fetch(`${config.roomUrl}${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": config.csrf },
      body: JSON.stringify(body),
    });
    const told = await answer.json();
    if (!answer.ok) throw told; // a refusal, as on the socket
    return told;
  };
}

/** Asks what the person has, and has it shown. */
function useStepUp({ what, onProof }: StepUpProps) {
  const { t } = useLanguage();
  const post = usePost();
  const words = useRefusalWords();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");

  function begin(): void {
    post<Begun>("step-up/begin", {}).then(setBegun, () => setProblem(t.offers.stepUpFailed));
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is asked for
  useEffect(begin, []);

  function show(shown: Promise<object>): void {
    setBusy(true);
    setProblem("");
    shown
      .then((by) => post<{ proof: string }>("step-up", { ...what, ...by }))
      .then(({ proof }) => onProof(proof))
      .catch((reason: unknown) => {
        const refused = (reason as { code?: unknown }).code;
        setProblem(typeof refused === "string" ? words(reason) : t.offers.stepUpFailed);
      })
      .finally(() => {
        setBusy(false);
        // A challenge is good once, and the acceptance that the proof was for may be refused: there may be another try.
        if (begun?.passkey) begin();
      });
  }
  return { begun, busy, problem, show };
}

export function StepUp(props: StepUpProps): ReactNode {
  const { t } = useLanguage();
  const { begun, busy, problem, show } = useStepUp(props);
  const title = useId();
  const wait = busy || props.disabled;
  return (
    <section className="step-up" aria-labelledby={title}>
      <h3 id={title}>
        <Icon name="shield-check" /> {t.offers.stepUpTitle}
      </h3>
      <p>{t.offers.stepUpWhy(props.organisation)}</p>
      <Problem>{problem}</Problem>
      {begun?.methods.length === 0 && (
        <p>
          {t.offers.stepUpNone} {t.offers.stepUpThen} <a href={begun.setup}>{t.offers.stepUpSetUp}</a>
        </p>
      )}
      {begun?.methods.includes("code") && (
        <Code
          total={props.total}
          busy={busy}
          wait={wait}
          onCode={(code) => show(Promise.resolve({ code }))}
        />
      )}
      {begun?.passkey && (
        <button
          type="button"
          className={begun.methods.includes("code") ? "btn" : "btn btn-primary"}
          disabled={wait}
          onClick={() => {
            if (begun.passkey) show(askPasskey(begun.passkey).then((credential) => ({ credential })));
          }}
        >
          <Icon name="key-round" /> {t.offers.stepUpPasskey}
        </button>
      )}
    </section>
  );
}

interface CodeProps {
  total: string;
  busy: boolean;
  wait: boolean;
  onCode: (code: string) => void;
}

function Code({ total, busy, wait, onCode }: CodeProps): ReactNode {
  const { t } = useLanguage();
  const [code, setCode] = useState("");
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  return (
    <form
      className="step-up-code"
      onSubmit={(event) => {
        event.preventDefault();
        if (!code.trim() || wait) return;
        onCode(code.trim());
        setCode("");
        input.current?.focus();
      }}
    >
      <div className="field">
        <label htmlFor={id}>{t.offers.stepUpCode}</label>
        <input
          ref={input}
          id={id}
          value={code}
          autoComplete="one-time-code"
          maxLength={40}
          onChange={(event) => setCode(event.target.value)}
        />
      </div>
      <button type="submit" className="btn btn-primary" disabled={wait || code.trim() === ""}>
        {busy ? t.working : `${t.offers.stepUpAccept}: ${total}`}
      </button>
    </form>
  );
}
