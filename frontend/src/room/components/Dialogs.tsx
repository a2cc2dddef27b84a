/** What is open above the room. */

import { lazy, type ReactNode, Suspense } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { moderatingWords } from "../../i18n/moderating.ts";
import { wordsOfPieces } from "../../i18n/pieces.ts";
import { useRoom } from "../context.ts";
import type { DialogState } from "../dialogs.ts";
import { Boundary } from "./Basics.tsx";
import { AcceptDialog, CloseDialog, EndOfferDialog, HelpDialog, RemoveDialog } from "./Decisions.tsx";
import type { Lane } from "./Lanes.tsx";
import { NotLoaded } from "./NotLoaded.tsx";
import { StepInDialog } from "./Observing.tsx";
import { RemarkDialog } from "./RemarkDialog.tsx";

const SearchPanel = lazy(async () => ({ default: (await import("./SearchPanel.tsx")).SearchPanel }));

/** Comes when somebody makes an offer: whoever only reads and talks never needs it. */
const OfferEditor = lazy(async () => {
  const [editor] = await Promise.all([import("./OfferEditor.tsx"), wordsOfPieces.load()]);
  return { default: editor.OfferEditor };
});
/** Moderators only. */
const ModeratorTools = lazy(async () => {
  const [tools] = await Promise.all([import("./ModeratorTools.tsx"), moderatingWords.load()]);
  return { default: tools.ModeratorTools };
});

/** Few ever need it. */
const ReportDialog = lazy(async () => ({ default: (await import("./ReportDialog.tsx")).ReportDialog }));

/** A remark on what was offered. */

interface DialogsProps {
  dialog: DialogState;
  onClose: () => void;
  onLane: (lane: Lane) => void;
}

export function Dialogs({ dialog, onClose, onLane }: DialogsProps): ReactNode {
  const { t } = useLanguage();
  const { table } = useRoom();
  if (!table) return null;
  switch (dialog.kind) {
    case "offer":
      return (
        <Boundary fallback={<NotLoaded onClose={onClose} />}>
          <Suspense fallback={<Loading />}>
            <OfferEditor
              table={table}
              price={dialog.price ?? null}
              piece={dialog.piece ?? null}
              onClose={onClose}
            />
          </Suspense>
        </Boundary>
      );
    case "remark":
      return (
        <Boundary
          fallback={<NotLoaded title={t.offers.remarkTitle(dialog.offer.version)} onClose={onClose} />}
        >
          <Suspense fallback={null}>
            <RemarkDialog {...dialog} onClose={onClose} />
          </Suspense>
        </Boundary>
      );
    case "accept":
      return <AcceptDialog table={table} offer={dialog.offer} initial={dialog.package} onClose={onClose} />;
    case "decline":
    case "withdraw":
      return (
        <EndOfferDialog
          table={table}
          offer={dialog.offer}
          withdraw={dialog.kind === "withdraw"}
          onClose={onClose}
        />
      );
    case "remove":
      return <RemoveDialog stream={dialog.stream} seq={dialog.seq} onClose={onClose} />;
    case "close":
      return <CloseDialog onClose={onClose} />;
    case "step_in":
      return <StepInDialog onClose={onClose} />;
    case "search":
      return (
        <Boundary fallback={<NotLoaded onClose={onClose} search />}>
          <Suspense fallback={<Loading />}>
            <SearchPanel onClose={onClose} onLane={onLane} />
          </Suspense>
        </Boundary>
      );
    case "report":
      return (
        <Boundary fallback={<NotLoaded onClose={onClose} />}>
          <Suspense fallback={null}>
            <ReportDialog table={table} about={dialog.about} onClose={onClose} />
          </Suspense>
        </Boundary>
      );
    case "moderate":
      return (
        <Boundary fallback={<NotLoaded onClose={onClose} />}>
          <Suspense fallback={<Loading />}>
            <ModeratorTools table={table} asked={dialog.asked} onClose={onClose} />
          </Suspense>
        </Boundary>
      );
    case "help":
      return <HelpDialog onClose={onClose} />;
  }
}

function Loading(): ReactNode {
  const { t } = useLanguage();
  return (
    <p className="sr-only" role="status">
      {t.editorLoading}
    </p>
  );
}
