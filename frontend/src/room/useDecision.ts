import { useState } from "react";
import type { CommandBody } from "../protocol/types.ts";
import { useRefusalWords } from "./components/Basics.tsx";
import { useRoom } from "./context.ts";

/** Sends one command from a dialog: busy until the answer, refusals in words, closed when it is done. */
export function useDecision(onDone: () => void): {
  busy: boolean;
  problem: string;
  /** The code of the refusal, empty without one. */
  refused: string;
  decide: (command: CommandBody) => void;
} {
  const { store } = useRoom();
  const words = useRefusalWords();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [refused, setRefused] = useState("");
  function decide(command: CommandBody): void {
    setBusy(true);
    setProblem("");
    store
      .command(command)
      .then(onDone, (reason: unknown) => {
        setProblem(words(reason));
        setRefused((reason as { code?: string }).code ?? "");
      })
      .finally(() => setBusy(false));
  }
  return { busy, problem, refused, decide };
}
