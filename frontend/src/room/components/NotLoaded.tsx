/** What stands in place of a part of the page that did not come. */
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/index.ts";
import { Dialog, Problem } from "./Basics.tsx";

export function NotLoaded(props: { onClose: () => void; search?: boolean; title?: string }): ReactNode {
  const { onClose, search = false, title } = props;
  const { t } = useLanguage();
  return (
    <Dialog title={search ? t.message.search : (title ?? t.makeOffer)} onClose={onClose}>
      <Problem>{search ? t.message.searchFailed : t.editorFailed}</Problem>
      <button type="button" className="btn" onClick={() => window.location.reload()}>
        {t.reload}
      </button>
    </Dialog>
  );
}
