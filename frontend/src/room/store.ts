/** Joins the socket, the folded streams and what waits to be sent into one value that the screen renders. */
import { type BoardState, EMPTY_BOARD } from "../board/merge.ts";
import { type Connection, Refused, RoomSocket, type SocketLike } from "../protocol/socket.ts";
import type {
  Answer,
  CommandBody,
  Ephemeral,
  EventsFrame,
  Refusal,
  Resume,
  RoomEvent,
  SignFrame,
  Snapshot,
} from "../protocol/types.ts";
import type { RoomConfig } from "./config.ts";
import type { Keep } from "./keep.ts";
import { Listeners } from "./listeners.ts";
import { Lookback } from "./lookback.ts";
import {
  applyEvents,
  applyHistory,
  applySnapshot,
  emptyStream,
  resumeOf,
  type StreamState,
} from "./roomState.ts";
import { isBarredFromBoard } from "./supervision.ts";
import { byXhr, Uploads } from "./uploads.ts";
import { commandOf, type PendingMessage, type RoomView } from "./view.ts";

/** What somebody else has in motion. */
export type Sign = Omit<Ephemeral, "t">;
export type Heard = (stream: StreamState, events: RoomEvent[]) => void;

/** A typing signal is believed this long, in milliseconds; it is sent again every TYPING_EVERY_MS. */
const TYPING_FOR_MS = 6_000;
const TYPING_EVERY_MS = 3_000;
/** That one has read is told this long afterwards, once for all that was read meanwhile, in milliseconds. */
const READ_AFTER_MS = 500;
const HISTORY_PAGE = 100;
/** When a stream that could not be opened for the moment is asked for again, in milliseconds. */
const OPEN_AGAIN_AFTER_MS = 1_000;

export class RoomStore {
  /** Whether nothing can be said or done here: a room that is looked back on. */
  readonly readOnly: boolean = false;
  readonly socket: RoomSocket;
  readonly lookback = new Lookback(this);
  readonly uploads: Uploads;
  #view: RoomView;
  #listeners = new Listeners();
  #heard = new Set<Heard>();
  #signed = new Set<(sign: Sign) => void>();
  #resyncing = new Set<string>();
  #typedAt = new Map<string, number>();
  #seen = new Set<number>();
  #readTimers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(
    readonly config: RoomConfig,
    readonly keep: Keep,
    open?: (url: string) => SocketLike,
  ) {
    const streams: Record<string, StreamState> = { [config.table]: emptyStream(config.table, "table") };
    if (config.caucus) streams[config.caucus] = emptyStream(config.caucus, "caucus");
    this.#view = {
      connection: { state: "connecting", attempt: 0 },
      everOpen: false,
      you: { id: config.person, name: "" },
      streams,
      refused: {},
      pending: [],
      typing: {},
      present: {},
      reads: {},
      loadingOlder: {},
    };
    this.uploads = new Uploads(byXhr(config.filesUrl, config.csrf), () => this.socket.limits);
    this.socket = new RoomSocket({
      url: config.socketUrl,
      resume: () => this.#resume(),
      onConnection: (connection) => this.#onConnection(connection),
      onWelcome: ({ you }) => this.#set({ you, everOpen: true }),
      onSnapshot: (snapshot) => this.#onSnapshot(snapshot),
      onEvents: (frame) => this.#onEvents(frame),
      onResync: (stream) => this.#onResync(stream),
      onEphemeral: (sign) => this.#onEphemeral(sign),
      onPresence: ({ stream, people }) => this.#set({ present: { ...this.#view.present, [stream]: people } }),
      onReads: ({ stream, marks }) => this.#onMarks(stream, marks),
      onStreamRefused: (refusal) => this.#onStreamRefused(refusal),
      ...(open ? { open } : {}),
    });
  }

  start(): void {
    for (const message of this.keep.unsent()) {
      const { id, stream, text, at, reason, answers = null, mentions = [], attachments = [] } = message;
      const status = reason ? "failed" : "pending";
      const held: PendingMessage = {
        id,
        stream,
        text,
        answers,
        mentions,
        attachments,
        at,
        status,
        reason: reason ?? null,
      };
      this.#set({ pending: [...this.#view.pending, held] });
      if (status === "pending") this.#post(held);
    }
    this.socket.connect();
  }

  stop(): void {
    this.socket.stop();
  }

  readonly subscribe = this.#listeners.add;
  /** The same for what draws, which need not follow every frame. */
  readonly subscribeDrawing = this.#listeners.addDrawing;

  readonly getView = (): RoomView => this.#view;

  /** Calls back with events as they happen live (not with history or a first snapshot). */
  onHeard(heard: Heard): () => void {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  /** Calls back with signs of others, typing aside. */
  onSign(signed: (sign: Sign) => void): () => void {
    this.#signed.add(signed);
    return () => this.#signed.delete(signed);
  }

  /** Opens the room's board, or one's own layer, the first time that somebody looks at it. */
  openBoard(id: string): void {
    if (this.#view.streams[id]) return;
    const stream = this.#setStream(id, () => emptyStream(id, "board"));
    if (this.socket.connected) this.#resync(stream);
  }

  boardOf(stream: string): BoardState {
    return this.#view.streams[stream]?.board ?? EMPTY_BOARD;
  }

  /** Whether this person draws on a board: as the server said, until the negotiation is closed, and unless barred. */
  mayDraw(stream: string): boolean {
    const table = this.#view.streams[this.config.table]?.table;
    const barred = table ? isBarredFromBoard(table, this.#view.you.id, stream === this.config.layer) : false;
    return !barred && (this.#view.streams[stream]?.mayDraw ?? false);
  }

  /** Milliseconds since 1970 by the server's clock. */
  readonly now = (): number => this.socket.clock.now();

  /** Shows the message at once and sends it when there is a connection, exactly once. */
  sendMessage(
    stream: string,
    text: string,
    answers: number | null = null,
    { attachments = [], mentions = [] }: Partial<Pick<PendingMessage, "attachments" | "mentions">> = {},
  ): void {
    const message: PendingMessage = {
      id: crypto.randomUUID(),
      stream,
      text,
      answers,
      mentions,
      attachments,
      at: this.socket.clock.now(),
      status: "pending",
      reason: null,
    };
    this.#set({ pending: [...this.#view.pending, message] });
    this.#post(message);
  }

  /** Sends a refused message again, under its old id: a refused command is judged anew. */
  retry(id: string): void {
    const message = this.#view.pending.find((one) => one.id === id);
    if (message?.status !== "failed") return;
    this.#patchPending(id, { status: "pending", reason: null });
    this.#post(message);
  }

  /** Takes a refused message back; its files are removed, or come back to be sent with another. */
  discard(id: string, keepFiles = false): void {
    const message = this.#view.pending.find((one) => one.id === id && one.status === "failed");
    if (message && keepFiles) this.uploads.restore(message.stream, message.attachments);
    else if (message) this.uploads.forget(message.attachments);
    this.#set({ pending: this.#view.pending.filter((one) => one.id !== id || one.status !== "failed") });
    this.#saveUnsent();
  }

  /** Sends any other command. Rejects with Refused. */
  command(body: CommandBody): Promise<Answer> {
    return this.socket.send(body);
  }

  /** Tells the other side, once, that their offer was looked at. */
  markSeen(version: number): void {
    if (this.config.side === "moderator" || this.#seen.has(version)) return;
    this.#seen.add(version);
    this.socket.send({ t: "offer.seen", stream: this.config.table, version }).catch((reason: unknown) => {
      // Already told by a colleague, or no longer standing: both are fine. Anything passing may be tried again.
      if (reason instanceof Refused && reason.temporary) this.#seen.delete(version);
    });
  }

  typing(stream: string): void {
    const now = Date.now();
    if (!this.socket.connected || now - (this.#typedAt.get(stream) ?? 0) < TYPING_EVERY_MS) return;
    this.#typedAt.set(stream, now);
    this.socket.sign({ t: "typing", stream });
  }

  /** Tells the others that this person has read so far. */
  markRead(stream: string, seq: number): void {
    if ((this.#view.reads[stream]?.[this.#view.you.id] ?? 0) >= seq) return;
    this.#onReads(stream, { [this.#view.you.id]: seq });
    clearTimeout(this.#readTimers.get(stream));
    const tell = (): void =>
      this.socket.sign({ t: "read", stream, seq: this.#view.reads[stream]?.[this.#view.you.id] ?? seq });
    this.#readTimers.set(stream, setTimeout(tell, READ_AFTER_MS));
  }

  /** Shows the others what is in motion here, now or never. */
  sign(frame: SignFrame): void {
    this.socket.sign(frame);
  }

  async loadOlder(id: string): Promise<void> {
    const stream = this.#view.streams[id];
    if (!stream || stream.first <= 1 || this.#view.loadingOlder[id] || !this.socket.connected) return;
    this.#set({ loadingOlder: { ...this.#view.loadingOlder, [id]: true } });
    try {
      const answer = await this.socket.send({
        t: "history",
        stream: id,
        before: stream.first,
        limit: HISTORY_PAGE,
      });
      if (answer.t === "history") this.#setStream(id, (held) => applyHistory(held, answer.events));
    } catch {
      // Asked again at the next scroll.
    } finally {
      this.#set({ loadingOlder: { ...this.#view.loadingOlder, [id]: false } });
    }
  }

  /** Puts a part of the log that was loaded elsewhere to what is held. */
  join(id: string, change: (held: StreamState) => StreamState): void {
    this.#setStream(id, change);
  }

  #post(message: PendingMessage): void {
    const { id } = message;
    this.#saveUnsent();
    this.socket.send(commandOf(message), id).then(
      () => {
        this.#set({ pending: this.#view.pending.filter((one) => one.id !== id) });
        this.#saveUnsent();
      },
      (reason: unknown) => {
        const why =
          reason instanceof Refused
            ? { code: reason.code, message: reason.message }
            : { code: "", message: String(reason) };
        this.#patchPending(id, { status: "failed", reason: why });
      },
    );
  }

  #resume(): Record<string, Resume> {
    const ids = Object.entries(this.#view.streams).filter(([id]) => !this.#view.refused[id]);
    return Object.fromEntries(ids.map(([id, stream]) => [id, resumeOf(stream)]));
  }

  #onConnection(connection: Connection): void {
    this.#resyncing.clear();
    this.#set({ connection, ...(connection.state === "open" ? {} : { typing: {}, present: {} }) });
  }

  #onSnapshot(snapshot: Snapshot): void {
    this.#resyncing.delete(snapshot.stream);
    this.#setStream(snapshot.stream, (held) => applySnapshot(held, snapshot));
  }

  #onEvents({ stream: id, events }: EventsFrame): void {
    const before = this.#view.streams[id];
    if (!before) return;
    const after = this.#setStream(id, (held) => applyEvents(held, events));
    if (after.stale) this.#resync(after);
    else this.#resyncing.delete(id);
    const fresh = after.events.filter(({ seq }) => seq > before.head);
    if (fresh.length === 0) return;
    const authors = new Set(fresh.map(({ by }) => by));
    const writing = this.#view.typing[id]?.filter((one) => !authors.has(one.id)) ?? [];
    this.#set({ typing: { ...this.#view.typing, [id]: writing } });
    for (const heard of this.#heard) heard(after, fresh);
  }

  #onResync(id: string): void {
    const held = this.#view.streams[id];
    if (held) this.#resync(held);
  }

  #resync(stream: StreamState): void {
    if (this.#resyncing.has(stream.id)) return;
    this.#resyncing.add(stream.id);
    this.socket
      .send({ t: "stream.open", stream: stream.id, ...resumeOf(stream) })
      .catch(() => undefined)
      .finally(() => this.#resyncing.delete(stream.id));
  }

  #onMarks(stream: string, marks: Record<string, number>): void {
    const own = this.#view.reads[stream]?.[this.#view.you.id] ?? 0;
    this.#onReads(stream, marks);
    // What was read while there was no connection, the others hear of now.
    if (own > (marks[this.#view.you.id] ?? 0)) this.socket.sign({ t: "read", stream, seq: own });
  }

  #onReads(stream: string, marks: Record<string, number>): void {
    const known = this.#view.reads[stream] ?? {};
    const newer = Object.entries(marks).filter(([person, seq]) => seq > (known[person] ?? 0));
    if (newer.length === 0) return;
    this.#set({ reads: { ...this.#view.reads, [stream]: { ...known, ...Object.fromEntries(newer) } } });
    // What was read on another device is read.
    const own = marks[this.#view.you.id];
    if (own !== undefined && own > (this.keep.readMark(stream) ?? 0)) this.keep.saveReadMark(stream, own);
  }

  #onEphemeral(sign: Sign): void {
    const { stream, kind, by, data } = sign;
    if (kind === "read" && typeof data?.seq === "number") this.#onReads(stream, { [by]: data.seq });
    if (kind !== "typing") for (const signed of this.#signed) signed(sign);
    if (kind !== "typing" || by === this.#view.you.id) return;
    const now = Date.now();
    const others = (this.#view.typing[stream] ?? []).filter(({ id, until }) => id !== by && until > now);
    this.#set({
      typing: { ...this.#view.typing, [stream]: [...others, { id: by, until: now + TYPING_FOR_MS }] },
    });
    setTimeout(() => {
      const left = (this.#view.typing[stream] ?? []).filter(({ until }) => until > Date.now());
      if (left.length !== this.#view.typing[stream]?.length)
        this.#set({ typing: { ...this.#view.typing, [stream]: left } });
    }, TYPING_FOR_MS + 50);
  }

  #onStreamRefused(refusal: Refusal): void {
    const id = refusal.stream;
    if (!id) return;
    if (refusal.temporary) {
      setTimeout(() => this.#onResync(id), refusal.retry_after_ms ?? OPEN_AGAIN_AFTER_MS);
      return;
    }
    this.#set({
      refused: { ...this.#view.refused, [id]: { code: refusal.code, message: refusal.message } },
    });
  }

  #patchPending(id: string, patch: Partial<PendingMessage>): void {
    this.#set({
      pending: this.#view.pending.map((one) => (one.id === id ? { ...one, ...patch } : one)),
    });
    this.#saveUnsent();
  }

  #saveUnsent(): void {
    this.keep.saveUnsent(
      this.#view.pending.map(({ id, stream, text, answers, attachments, mentions, at, reason }) => ({
        id,
        stream,
        text,
        answers,
        mentions,
        attachments,
        at,
        reason,
      })),
    );
  }

  #setStream(id: string, change: (held: StreamState) => StreamState): StreamState {
    const held = this.#view.streams[id] ?? emptyStream(id, "caucus");
    const next = change(held);
    if (next !== held) this.#set({ streams: { ...this.#view.streams, [id]: next } });
    return next;
  }

  #set(patch: Partial<RoomView>): void {
    this.#view = { ...this.#view, ...patch };
    this.#listeners.tell(this.socket?.receiving ?? false);
  }
}
