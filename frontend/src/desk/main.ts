/**
 * Pages of the desk that look again by themselves: `data-refresh-s` on an element says how often, its `hx-`
 * attributes what is exchanged. Focus stays because whatever can have it has an id. Without this script the page
 * is as it was when it was loaded.
 */
import htmx from "htmx.org";
import { localTimes } from "../localTimes.ts";

// The content security policy forbids what these would do.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyEnabled = false;

interface Answer {
  xhr: XMLHttpRequest;
  shouldSwap: boolean;
}

function lookAgain(live: HTMLElement): void {
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
  });
  live.addEventListener("htmx:afterSettle", () => localTimes(live));
}

for (const live of document.querySelectorAll<HTMLElement>("[data-refresh-s]")) lookAgain(live);
