/**
 * A thread's page, live: what others post appears, one's own goes over the socket. Without it the page is what it
 * was: a list and a form. The form is also the way out when the line is down; both say the same id, so nothing is
 * posted twice.
 */
import { threadWords } from "../i18n/thread.ts";
import { Refused, RoomSocket } from "../protocol/socket.ts";
import { Keep } from "../room/keep.ts";
import { PostList } from "./postList.ts";
import { begin, type LogEvent, type Person, Typists, take } from "./threadState.ts";

/** A sign of writing counts this long, and is sent this often, in milliseconds. */
const TYPING_FOR_MS = 4_000;
const TYPING_EVERY_MS = 2_500;
const READ_AFTER_MS = 1_500;

function required<E extends HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`#${id} is not on the page`);
  return found as E;
}

function socketUrl(path: string): string {
  const url = new URL(path, location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

class ThreadPage {
  readonly #root = required<HTMLElement>("thread");
  readonly #form = required<HTMLFormElement>("reply");
  readonly #problem = required("thread-problem");
  readonly #typing = required("thread-typing");
  readonly #live = required("thread-live");
  readonly #text = this.#form.elements.namedItem("text") as HTMLTextAreaElement;
  readonly #id = this.#form.elements.namedItem("id") as HTMLInputElement;
  readonly #words = threadWords(this.#root.dataset.language ?? "en");
  readonly #thread = this.#root.dataset.thread ?? "";
  readonly #me = this.#root.dataset.person ?? "";
  readonly #keep = new Keep(this.#thread, this.#me, localStorage, sessionStorage);
  readonly #typists = new Typists(TYPING_FOR_MS);
  readonly #posts = new PostList(this.#root, this.#words);
  readonly #socket = this.#connection();
  #state = begin(
    Number(this.#root.dataset.head),
    this.#root.dataset.hash ?? "",
    JSON.parse(required("thread-people").textContent ?? "[]") as Person[],
  );
  #typedAt = 0;
  #readTimer: ReturnType<typeof setTimeout> | null = null;
  #sending = false;

  start(): void {
    // What was typed before this script came counts more than what was kept.
    if (this.#text.value) this.#keep.saveDraft(this.#thread, this.#text.value);
    else this.#text.value = this.#keep.draft(this.#thread);
    this.#text.addEventListener("input", () => this.#onInput());
    this.#form.addEventListener("submit", (event) => this.#onSubmit(event));
    window.addEventListener("online", () => this.#socket.wake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      this.#socket.wake();
      this.#readSoon();
    });
    setInterval(() => this.#showTyping(), 1000);
    this.#readSoon();
    this.#socket.connect();
  }

  #connection(): RoomSocket {
    const nothing = (): void => undefined;
    return new RoomSocket({
      url: socketUrl(this.#root.dataset.socket || "/ws/"),
      resume: () => ({ [this.#thread]: { after: this.#state.head, hash: this.#state.hash } }),
      onConnection: nothing,
      onWelcome: nothing,
      onPresence: nothing,
      onReads: nothing,
      onStreamRefused: nothing,
      // Too much is missing, or the history is another one: the page itself is the snapshot.
      onSnapshot: ({ events }) => {
        const { head, hash } = this.#state;
        this.#onEvents(events, !events.some((event) => event.seq === head && event.hash === hash));
      },
      onEvents: (frame) => this.#onEvents(frame.events, false),
      onEphemeral: ({ kind, by }) => {
        if (kind !== "typing" || by === this.#me) return;
        this.#typists.seen(by, Date.now());
        this.#showTyping();
      },
      onResync: () => this.#openAgain(),
    });
  }

  #onEvents(events: readonly LogEvent[], lost: boolean): void {
    if (lost) {
      if (!this.#text.value) location.reload();
      return;
    }
    const { state, changes, gap } = take(this.#state, events);
    this.#state = state;
    for (const change of changes) {
      const said =
        change.kind === "post" && change.answers !== null ? state.said.get(change.answers) : undefined;
      this.#posts.add(change, this.#me, said ? (state.people.get(said)?.name ?? "") : "");
      if (change.by) this.#typists.done(change.by.id);
      if (change.kind === "post" && change.by?.id !== this.#me) {
        this.#live.textContent = this.#words.newPost(change.by?.name || this.#words.someone);
      }
    }
    if (changes.length) this.#readSoon();
    this.#showTyping();
    if (gap) this.#openAgain();
  }

  #openAgain(): void {
    const { head, hash } = this.#state;
    this.#socket.send({ t: "stream.open", stream: this.#thread, after: head, hash }).catch(() => undefined); // the next connection says the same
  }

  #onInput(): void {
    this.#keep.saveDraft(this.#thread, this.#text.value);
    const now = Date.now();
    // A sign that cannot go out yet would keep the next ones back.
    if (now - this.#typedAt < TYPING_EVERY_MS || !this.#text.value || !this.#socket.connected) return;
    this.#typedAt = now;
    this.#socket.sign({ t: "typing", stream: this.#thread });
  }

  #onSubmit(event: SubmitEvent): void {
    const text = this.#text.value;
    if (!this.#socket.connected && !this.#sending) {
      // The form goes the plain way; what it says is not needed as a draft any more.
      this.#keep.saveDraft(this.#thread, "");
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (this.#sending) return;
    if (!text.trim()) {
      this.#complain(this.#words.blank);
      return;
    }
    this.#sending = true;
    this.#complain("");
    const button = this.#form.querySelector("button[type=submit]");
    button?.setAttribute("aria-busy", "true");
    this.#socket
      .send({ t: "message.send", stream: this.#thread, text }, this.#id.value)
      .then(() => this.#onPosted(text))
      .catch((reason: unknown) => this.#complain(reason instanceof Refused ? reason.message : String(reason)))
      .finally(() => {
        this.#sending = false;
        button?.removeAttribute("aria-busy");
      });
  }

  #onPosted(text: string): void {
    this.#id.value = crypto.randomUUID();
    // Whoever has gone on writing meanwhile keeps that.
    if (this.#text.value === text) this.#text.value = "";
    this.#keep.saveDraft(this.#thread, this.#text.value);
    this.#live.textContent = this.#words.posted;
    this.#text.focus();
  }

  #complain(words: string): void {
    this.#problem.textContent = words;
  }

  #showTyping(): void {
    const people = this.#typists.at(Date.now());
    const [first] = people;
    if (!first) this.#typing.textContent = "";
    else if (people.length > 1) this.#typing.textContent = this.#words.typingMany;
    else {
      const name = this.#state.people.get(first)?.name || this.#words.someone;
      this.#typing.textContent = this.#words.typingOne(name);
    }
  }

  #readSoon(): void {
    if (this.#readTimer || document.visibilityState !== "visible") return;
    this.#readTimer = setTimeout(() => {
      this.#readTimer = null;
      const token = this.#form.elements.namedItem("csrfmiddlewaretoken") as HTMLInputElement | null;
      const body = new URLSearchParams({
        seq: String(this.#state.head),
        csrfmiddlewaretoken: token?.value ?? "",
      });
      const url = this.#root.dataset.readUrl;
      if (url) void fetch(url, { method: "POST", body, keepalive: true }).catch(() => undefined);
    }, READ_AFTER_MS);
  }
}

if (document.getElementById("reply") && document.getElementById("thread")) new ThreadPage().start();
