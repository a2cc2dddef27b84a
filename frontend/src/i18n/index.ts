import { createContext, useContext } from "react";
import type { Dictionary } from "./en.ts";

export type { Dictionary } from "./en.ts";

export interface Language {
  code: string;
  t: Dictionary;
}

export const LanguageContext = createContext<Language | null>(null);

/** The words of the reader's language and its code for Intl. */
export function useLanguage(): Language {
  const language = useContext(LanguageContext);
  if (!language) throw new Error("no language around this component");
  return language;
}

/** Loads the one language that is read; English for all that we do not speak. */
export async function loadLanguage(code: string): Promise<Language> {
  if (code.startsWith("es")) return { code, t: (await import("./es.ts")).es };
  return { code, t: (await import("./en.ts")).en };
}
