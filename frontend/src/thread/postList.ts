/** The list of posts on the page: what comes in live looks like what the server wrote. */
import type { ThreadWords } from "../i18n/thread.ts";
import type { Change } from "./threadState.ts";

const FACES: Record<string, string> = {
  seller: "face-seller",
  buyer: "face-buyer",
  moderator: "face-moderator",
};
const CHIPS: Record<string, string> = { seller: "chip-seller", buyer: "chip-buyer", moderator: "chip-muted" };
const ICONS = { moved: "lock", resolved: "check", reopened: "rotate-ccw" } as const;

type Post = Extract<Change, { kind: "post" }>;

function element(tag: string, classes: string, ...children: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  made.append(...children);
  return made;
}

export class PostList {
  constructor(
    private readonly root: HTMLElement,
    private readonly words: ThreadWords,
  ) {}

  /** Puts what is new at the end, once. `answered` is the name of who is answered, if it is known. */
  add(change: Change, me: string, answered: string): void {
    if (this.root.querySelector(`[data-seq="${change.seq}"]`)) return;
    const made = change.kind === "post" ? this.#post(change, me, answered) : this.#note(change);
    made.dataset.seq = String(change.seq);
    this.root.append(made);
    if (change.kind === "resolved" || change.kind === "reopened") this.#status(change.kind);
  }

  #post(change: Post, me: string, answered: string): HTMLElement {
    const name = change.by?.name || (change.by ? this.words.someone : this.words.system);
    const side = change.by?.side ?? "";
    const face = element("span", `face ${FACES[side] ?? ""}`, name.slice(0, 1).toUpperCase());
    face.setAttribute("aria-hidden", "true");
    const who = element("h3", "post-who", name);
    who.id = `p${change.seq}-who`;
    const head = element("header", "post-head", who);
    const chip = CHIPS[side];
    if (chip) head.append(element("span", `chip ${chip}`, this.words.sides[side] ?? side));
    const when = element("a", "post-when", this.#time(change.at)) as HTMLAnchorElement;
    when.href = `#p${change.seq}`;
    head.append(when);
    const main = element("div", "post-main", head);
    if (change.answers !== null && answered) {
      const link = element("a", "textlink", this.words.answers(answered)) as HTMLAnchorElement;
      link.href = `#p${change.answers}`;
      main.append(element("p", "faint post-answers", link));
    }
    const text = element("div", "prose-text post-text");
    text.innerHTML = change.html; // sanitised by the server, which made it
    main.append(text);
    if (change.byMail) {
      main.append(
        element("p", "faint post-mail", this.#icon("mail"), element("span", "", this.words.byMail)),
      );
    }
    const post = element("article", `post post-new${change.by?.id === me ? " post-mine" : ""}`, face, main);
    post.id = `p${change.seq}`;
    post.setAttribute("aria-labelledby", who.id);
    return post;
  }

  #note(change: Exclude<Change, Post>): HTMLElement {
    const name = change.by?.name || this.words.system;
    const said = element("span", "", this.words[change.kind](name));
    return element(
      "p",
      "thread-note faint",
      this.#icon(ICONS[change.kind]),
      said,
      " ",
      this.#time(change.at),
    );
  }

  #status(kind: "resolved" | "reopened"): void {
    const chip = document.getElementById("thread-status");
    if (!chip) return;
    chip.textContent = kind === "resolved" ? this.words.done : this.words.open;
    chip.className = `chip ${kind === "resolved" ? "chip-good" : "chip-accent"}`;
  }

  #time(at: string): HTMLElement {
    const time = element("time", "") as HTMLTimeElement;
    time.dateTime = at;
    const language = document.documentElement.lang || undefined;
    const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
    time.textContent = format.format(new Date(at));
    return time;
  }

  #icon(name: string): SVGSVGElement {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.classList.add("icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${this.root.dataset.icons ?? "/static/icons.svg"}#${name}`);
    svg.append(use);
    return svg;
  }
}
