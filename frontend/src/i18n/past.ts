import type { PastWords } from "./past.en.ts";

/** The words for looking back in the page's language. They come with the parts that need them. */
export async function pastWords(): Promise<PastWords> {
  const spanish = document.documentElement.lang.startsWith("es");
  return spanish ? (await import("./later.es.ts")).past : (await import("./later.en.ts")).past;
}
