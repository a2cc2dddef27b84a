/** The reader's language with the words of a moderator's tools. */
import { useMemo } from "react";
import { type Dictionary, useLanguage } from "./index.ts";
import { moderating as en } from "./moderating.en.ts";
import { moderating as es } from "./moderating.es.ts";

export type ModeratingDictionary = Dictionary & { supervision: typeof en };

export function useModeratingLanguage(): { code: string; t: ModeratingDictionary } {
  const { code, t } = useLanguage();
  return useMemo(() => {
    const words = code.startsWith("es") ? es : en;
    return { code, t: { ...t, supervision: { ...t.supervision, ...words } } };
  }, [code, t]);
}
