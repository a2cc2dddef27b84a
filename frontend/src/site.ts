/** What every page gets: the styles, and small comforts that the pages work without. */
import { localTimes } from "./localTimes.ts";
import "./styles/main.css";

function closeMenus(except?: Element): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.pop[open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  closeMenus(target.closest("details.pop") ?? undefined);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector<HTMLDetailsElement>("details.pop[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary")?.focus();
});

/** A form is sent once: a second click while the first is under way does nothing. */
document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.method === "get") return;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  const question = form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  // A download answers beside the page, which stays: its button is there again after a moment.
  if (form.dataset.stays !== undefined) {
    window.setTimeout(() => form.removeAttribute("data-sent"), 3000);
    form.dataset.sent = "yes";
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    button.setAttribute("aria-busy", "true");
  }
});

/** Coming back by the browser's history must not find a form that says it was sent. */
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    form.removeAttribute("data-sent");
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

/** `<button data-copy="text">` copies its text; `data-print` prints the page. */
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  const copy = target.closest<HTMLElement>("[data-copy]");
  if (copy) {
    void navigator.clipboard.writeText(copy.dataset.copy ?? "").then(() => {
      const before = copy.textContent;
      copy.textContent = copy.dataset.copied ?? before;
      window.setTimeout(() => {
        copy.textContent = before;
      }, 1500);
    });
  }
  if (target.closest("[data-print]")) window.print();
});

/**
 * Both sides in one page: where one person goes into a room or an order, the other one's frame comes along,
 * unless it is in one already. The address behind `/as/<person>` is the same for both.
 */
function keepTogether(frames: HTMLIFrameElement[]): void {
  const inside = (frame: HTMLIFrameElement): string =>
    /^(.*?\/as\/[^/]+)(\/rooms\/.+)$/.exec(frame.contentWindow?.location.pathname ?? "")?.[2] ?? "";
  for (const frame of frames) {
    frame.addEventListener("load", () => {
      const room = inside(frame);
      const other = frames.find((peer) => peer !== frame);
      if (room && other && inside(other) !== room && other.dataset.prefix) {
        other.src = other.dataset.prefix + room;
      }
    });
  }
}

/** `<div id="…" data-poll="2">` is asked for again every two seconds, until it comes without that. */
function pollAgain(): void {
  const part = document.querySelector<HTMLElement>("[data-poll]");
  if (!part) return;
  window.setTimeout(async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok ? page.getElementById(part.id) : null;
      // Whoever is on one of its buttons is not to lose their place.
      if (fresh && !part.contains(document.activeElement)) {
        part.replaceWith(document.adoptNode(fresh));
        localTimes();
      }
    } catch {
      // The line is down: the next look may find it up.
    }
    pollAgain();
  }, Number(part.dataset.poll) * 1000);
}

/** `<textarea maxlength data-count>`: how many characters are left, said to screen readers when few are. */
function countCharacters(): void {
  const areas = document.querySelectorAll<HTMLTextAreaElement>("textarea[maxlength][data-count]");
  if (areas.length === 0) return; // the first formatter of a page takes longer than all the rest of this
  const number = new Intl.NumberFormat(document.documentElement.lang || undefined);
  for (const area of areas) {
    const told = document.createElement("div");
    told.className = "field-count";
    const show = (): void => {
      const left = area.maxLength - area.value.length;
      told.textContent = `${number.format(area.value.length)} / ${number.format(area.maxLength)}`;
      if (left < 100) told.setAttribute("aria-live", "polite");
      else told.removeAttribute("aria-live");
    };
    area.after(told);
    area.addEventListener("input", show);
    show();
  }
}

localTimes();
pollAgain();
countCharacters();
keepTogether([...document.querySelectorAll<HTMLIFrameElement>("iframe[data-prefix]")]);
