/** Words that are not in the dictionary, since the room opens without them: they come with the parts that need them. */
export interface Apart<W> {
  /** Loads them in the page's language. */
  load: () => Promise<void>;
  /** What was loaded. Throws Error before that. */
  words: () => W;
}

export function apart<W>(english: () => Promise<W>, spanish: () => Promise<W>): Apart<W> {
  let loaded: W | null = null;
  return {
    load: async () => {
      loaded = await (document.documentElement.lang.startsWith("es") ? spanish() : english());
    },
    words: () => {
      if (!loaded) throw new Error("a part of the room without its words");
      return loaded;
    },
  };
}
