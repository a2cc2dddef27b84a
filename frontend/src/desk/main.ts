/**
 * Pages of the desk that look again by themselves: `data-refresh-s` on an element says how often, its `hx-`
 * attributes what is exchanged. Focus stays because whatever can have it has an id, and the row that one looks at
 * stays where it is on the screen. The page says what it shows, so that nothing is exchanged while nothing has changed;
 * aloud is said only what has become urgent. Without this script the page is as it was when it was loaded.
 */
import htmx from "htmx.org";
import { localTimes } from "../localTimes.ts";
import "../styles/moderation.css";

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

interface Request {
  headers: Record<string, string>;
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

/** What is urgent, by the row that says so. */
function urgent(live: HTMLElement): Map<string, string> {
  const rows = live.querySelectorAll<HTMLElement>("li[data-news]");
  return new Map([...rows].map((row) => [row.id, row.dataset.news ?? ""]));
}

/** Says aloud what has become urgent, once. */
function announce(live: HTMLElement, known: Map<string, string>): Map<string, string> {
  const now = urgent(live);
  const fresh = [...now].filter(([id]) => !known.has(id)).map(([, news]) => news);
  const said = document.getElementById("live-news");
  if (said && fresh.length > 0) said.textContent = fresh.join(". ");
  return now;
}

/** Until when the page is true, or that nobody answers. */
function asOf(live: HTMLElement, xhr: XMLHttpRequest): void {
  const time = live.querySelector<HTMLTimeElement>("#live-said time");
  const at = xhr.getResponseHeader("X-As-Of");
  const said = document.getElementById("live-news");
  if (at === null && said && !live.hasAttribute("data-silent")) said.textContent = live.dataset.lost ?? "";
  live.toggleAttribute("data-silent", at === null);
  if (!time || at === null) return;
  time.dateTime = at;
  localTimes(live);
}

/**
 * When one was last about to leave the page. Until where one is going answers, this page looks no more: it may be asked as
 * somebody else by then, and a reload would take the place of where one is going. A download leaves the page where it
 * is, so after a while it looks again.
 */
let left = Number.NEGATIVE_INFINITY;
const LEAVING_MS = 60_000;
const leaving = (): boolean => performance.now() - left < LEAVING_MS;
window.addEventListener("beforeunload", () => {
  left = performance.now();
});

function lookAgain(live: HTMLElement): void {
  let before: Place | null = null;
  let known = urgent(live);
  live.addEventListener("htmx:configRequest", (event) => {
    const { headers } = (event as CustomEvent<Request>).detail;
    headers["X-Seen"] = live.querySelector<HTMLElement>("[data-seen]")?.dataset.seen ?? "";
  });
  live.addEventListener("htmx:afterRequest", (event) => {
    const { xhr } = (event as CustomEvent<Answer>).detail;
    asOf(live, xhr);
  });
  const pause = Number(live.dataset.refreshS) * 1000;
  window.setInterval(() => {
    if (!document.hidden && !leaving()) htmx.trigger(live, "look-again", {});
  }, pause);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !leaving()) htmx.trigger(live, "look-again", {});
  });
  live.addEventListener("htmx:beforeSwap", (event) => {
    const answer = (event as CustomEvent<Answer>).detail;
    // Signed out, or sent elsewhere: the page that answered says why.
    if (new URL(answer.xhr.responseURL).pathname !== window.location.pathname) {
      answer.shouldSwap = false;
      if (!leaving()) window.location.reload();
    }
    // On top of the page nothing is held: what is new is what one came for.
    before = window.scrollY > 0 ? place(live) : null;
  });
  live.addEventListener("htmx:afterSettle", () => {
    localTimes(live);
    known = announce(live, known);
    const row = before ? document.getElementById(before.id) : null;
    if (before && row) window.scrollBy(0, row.getBoundingClientRect().top - before.top);
    before = null;
  });
}

for (const live of document.querySelectorAll<HTMLElement>("[data-refresh-s]")) lookAgain(live);
