/** What writing an offer knows and does: a first one, a counter, or a better one of one's own. */
import { useEffect, useMemo, useRef, useState } from "react";
import { useLanguage } from "../i18n/index.ts";
import { usePieceWords } from "../i18n/pieces.ts";
import type { CommandBody, Offer, OfferDraft, TableState } from "../protocol/types.ts";
import { beyondBound, useCaucus } from "./caucus.ts";
import { useRoom } from "./context.ts";
import { exponent } from "./money.ts";
import {
  checkDraft,
  type DraftText,
  type ProblemCode,
  type Problems,
  sameTerms,
  startDraft,
  withPrice,
} from "./offerDraft.ts";
import { type Begun, withPiece } from "./pieceDraft.ts";
import { type Piece, pieces } from "./pieces.ts";
import { useDecision } from "./useDecision.ts";

/** The command that puts `offer` on the table as it stands: propose, counter or supersede. */
export function offerCommand(
  table: string,
  standing: Offer | null,
  party: string,
  offer: OfferDraft,
): CommandBody {
  if (!standing) return { t: "offer.propose", stream: table, offer };
  if (standing.side === party)
    return { t: "offer.supersede", stream: table, replaces: standing.version, offer };
  return { t: "offer.counter", stream: table, answers: standing.version, offer };
}

interface Ask {
  table: TableState;
  /** That the first line begins with, as typed. */
  price: string | null;
  /** What of the board a line or an issue is to be about. */
  piece: Piece | null;
  onClose: () => void;
}

/** What is agreed and ordered, as an offer with that one package: an amendment begins with it. */
export function agreedOffer({ negotiation, agreement, offers }: TableState): Offer | null {
  if (negotiation.status !== "ordered" || !agreement) return null;
  const offer = offers.find(({ version }) => version === agreement.version);
  const chosen = offer?.packages[agreement.package];
  return offer && chosen ? { ...offer, packages: [chosen] } : null;
}

/** What the editor begins with: what was put aside, or what stands; with what was asked for. */
function useBeginning({ table, price, piece }: Ask): Begun & { base: Offer | null } {
  const { code } = useLanguage();
  const { standing } = useRoom();
  const [begun] = useState(() => {
    const aside = pieces.takeUp();
    const asked = standing ?? agreedOffer(table) ?? table.offers.at(-1) ?? null;
    const start = aside?.draft ?? startDraft(table.room, asked, code, table.request);
    const draft = price === null ? start : withPrice(start, price);
    const at = aside?.at ?? 0;
    const made = piece ? withPiece(draft, piece, at) : { draft, at, focus: null };
    return { ...made, base: aside ? aside.base : standing };
  });
  // The dialog puts the focus on its heading first.
  useEffect(() => {
    if (begun.focus) document.getElementById(begun.focus)?.focus();
  }, [begun]);
  return begun;
}

/** What is wrong with an input, in words. */
function useProblemWords(currency: string): (problem: ProblemCode) => string {
  const { t } = useLanguage();
  const { dueWrong } = usePieceWords();
  return (problem) => {
    if (problem === "due") return dueWrong;
    const text = t.checks[problem];
    return typeof text === "function" ? text(exponent(currency)) : text;
  };
}

/** Everything the editor knows and does. */
export function useOfferEditor(ask: Ask) {
  const { table, onClose } = ask;
  const { code } = useLanguage();
  const { store, standing, party } = useRoom();
  const caucus = useCaucus();
  // The version that is answered is the one that was read; a newer one is pointed out, never silently answered.
  const begun = useBeginning(ask);
  const [base, setBase] = useState(begun.base);
  const [draft, setDraft] = useState<DraftText>(begun.draft);
  const [at, setAt] = useState(begun.at);
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const decision = useDecision(onClose);
  const { currency } = table.room;
  const checked = useMemo(() => checkDraft(draft, currency, code), [draft, currency, code]);
  const moved = standing?.version !== base?.version && !decision.busy;
  const same = checked.offer !== null && base !== null && sameTerms(checked.offer, base);
  const asks = checked.offer !== null && beyondBound(caucus, party, checked.totals);

  const say = useProblemWords(currency);
  const words = (problem: ProblemCode | undefined): string | null => (problem && tried ? say(problem) : null);

  function submit(): void {
    setTried(true);
    if (!checked.offer) {
      const broken = firstBroken(draft, checked.problems);
      if (broken !== -1) setAt(broken);
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
      return;
    }
    if (same || moved || !party) return;
    decision.decide(offerCommand(store.config.table, base, party, checked.offer));
  }

  /** Leaves what is written for the board, where one comes back from. */
  function toBoard(element: string | null): void {
    pieces.putAside({ base, draft, at });
    onClose();
    pieces.go({ to: "board", element });
  }

  return {
    ...decision,
    toBoard,
    ...{
      table,
      base,
      setBase,
      draft,
      setDraft,
      setAt,
      tried,
      form,
      checked,
      moved,
      same,
      asks,
      words,
      submit,
    },
    at: Math.min(at, draft.packages.length - 1),
    own: base?.side === party,
  };
}

export type Editor = ReturnType<typeof useOfferEditor>;

function firstBroken(draft: DraftText, problems: Problems): number {
  return draft.packages.findIndex(({ id, lines, issues }) =>
    [id, ...lines.map((line) => line.id), ...issues.map((issue) => issue.id)].some((part) =>
      Object.keys(problems).some((name) => name.split(" ")[1] === part),
    ),
  );
}
