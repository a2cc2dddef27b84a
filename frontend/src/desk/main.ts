/**
 * Pages of the desk that look again by themselves: `data-refresh-s` on an element says how often, its `hx-`
 * attributes what is exchanged. Focus stays because whatever can have it has an id, and the row that one looks at
 * stays where it is on the screen. Without this script the page is as it was when it was loaded.
 */
import htmx from "htmx.org";
import { localTimes } from "../localTimes.ts";

// The content security policy forbids what these would do.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyEnabled = false;
htmx.config.defaultSettleDelay = 0;

interface Answer {
  xhr: XMLHttpRequest;
  shouldSwap: boolean;
}

interface Place {
  id: string;
  top: number;
}

/** The row that has the focus, else the first one that can be seen whole, and where it is on the screen. */
function place(live: HTMLElement): Place | null {
  const rows = [...live.querySelectorAll<HTMLElement>("li[id]")];
  const focused = document.activeElement?.closest<HTMLElement>("li[id]");
  const row =
    focused && rows.includes(focused) ? focused : rows.find((one) => one.getBoundingClientRect().top >= 0);
  return row ? { id: row.id, top: row.getBoundingClientRect().top } : null;
}

function lookAgain(live: HTMLElement): void {
  let before: Place | null = null;
  const pause = Number(live.dataset.refreshS) * 1000;
  window.setInterval(() => {
    if (!document.hidden) htmx.trigger(live, "look-again", {});
  }, pause);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) htmx.trigger(live, "look-again", {});
  });
  live.addEventListener("htmx:beforeSwap", (event) => {
    const answer = (event as CustomEvent<Answer>).detail;
    // Signed out, or sent elsewhere: the page that answered says why.
    if (new URL(answer.xhr.responseURL).pathname !== window.location.pathname) {
      answer.shouldSwap = false;
      window.location.reload();
    }
    // On top of the page nothing is held: what is new is what one came for.
    before = window.scrollY > 0 ? place(live) : null;
  });
  live.addEventListener("htmx:afterSettle", () => {
    localTimes(live);
    const row = before ? document.getElementById(before.id) : null;
    if (before && row) window.scrollBy(0, row.getBoundingClientRect().top - before.top);
    before = null;
  });
}

for (const live of document.querySelectorAll<HTMLElement>("[data-refresh-s]")) lookAgain(live);
