/** The reader's language with the words of a moderator's tools. */
import { useMemo } from "react";
import { apart } from "./apart.ts";
import { type Dictionary, useLanguage } from "./index.ts";
import type { moderating } from "./moderating.en.ts";

export type ModeratingDictionary = Dictionary & { supervision: typeof moderating };

export const moderatingWords = apart(
  async () => (await import("./later.en.ts")).moderating,
  async () => (await import("./later.es.ts")).moderating,
);

export function useModeratingLanguage(): { code: string; t: ModeratingDictionary } {
  const { code, t } = useLanguage();
  return useMemo(
    () => ({ code, t: { ...t, supervision: { ...t.supervision, ...moderatingWords.words() } } }),
    [code, t],
  );
}
