/** The reader's language with the words of the board's editor. */
import { useMemo } from "react";
import { drawingWords as en } from "./drawing.en.ts";
import { drawingWords as es } from "./drawing.es.ts";
import { type Dictionary, useLanguage } from "./index.ts";

export type DrawingDictionary = Dictionary & typeof en;

export function useDrawingLanguage(): { code: string; t: DrawingDictionary } {
  const { code, t } = useLanguage();
  return useMemo(() => ({ code, t: { ...t, ...(code.startsWith("es") ? es : en) } }), [code, t]);
}
