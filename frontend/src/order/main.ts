/**
 * `<form data-saves="/address/">`: what is typed is kept as it is typed, without its button.
 *
 * Only the fields that have changed since they were last sent go out, so that the same form in two tabs loses
 * nothing: the last word counts, field by field.
 */

const PAUSE_MS = 1200; // of typing: long enough for the next word

function saveAsTyped(form: HTMLFormElement): void {
  const told = form.querySelector<HTMLElement>("[data-saved]");
  let kept = values(form);
  let timer = 0;
  let sending: Promise<void> = Promise.resolve();

  const save = async (): Promise<void> => {
    const now = values(form);
    const changed = [...now].filter(([name, value]) => kept.get(name) !== value);
    if (changed.length === 0) return;
    const body = new URLSearchParams([...changed, ["csrfmiddlewaretoken", token(form)]]);
    let ok = false;
    try {
      // On the way to another page too: the browser sends it after the page is gone.
      ok = (await fetch(form.dataset.saves ?? "", { method: "POST", body, keepalive: true })).ok;
    } catch {
      // The line is down: the fields count as changed, and go with the next try.
    }
    if (ok) kept = new Map([...kept, ...changed]);
    // What was typed meanwhile is on its way: nothing says that all is saved before it is.
    if (told && (!ok || same(values(form), kept))) {
      told.textContent = (ok ? told.dataset.saved : told.dataset.unsaved) ?? "";
    }
  };
  const soon = (pause: number): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      sending = sending.then(save);
    }, pause);
  };

  form.addEventListener("input", () => {
    if (told) told.textContent = "";
    soon(PAUSE_MS);
  });
  form.addEventListener("change", () => soon(0));
  // Its own button sends everything.
  form.addEventListener("submit", () => window.clearTimeout(timer));
  window.addEventListener("pagehide", () => {
    window.clearTimeout(timer);
    if (form.dataset.sent !== "yes") void save();
  });
}

function values(form: HTMLFormElement): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of new FormData(form)) {
    if (name !== "csrfmiddlewaretoken" && typeof value === "string") found.set(name, value);
  }
  return found;
}

function same(one: Map<string, string>, other: Map<string, string>): boolean {
  return [...one].every(([name, value]) => other.get(name) === value);
}

function token(form: HTMLFormElement): string {
  return form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-saves]")) saveAsTyped(form);
