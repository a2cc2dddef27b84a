/** `<time datetime="…" data-local>` is shown in the reader's own time zone; the server writes UTC. */
export function localTimes(within: ParentNode = document): void {
  const language = document.documentElement.lang || undefined;
  for (const time of within.querySelectorAll<HTMLTimeElement>("time[data-local]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = time.textContent?.trim() ?? "";
    const form: Intl.DateTimeFormatOptions =
      time.dataset.local === "date"
        ? { dateStyle: "medium" }
        : time.dataset.local === "seconds"
          ? { timeStyle: "medium" }
          : { dateStyle: "medium", timeStyle: "short" };
    time.textContent = new Intl.DateTimeFormat(language, form).format(at);
  }
}
