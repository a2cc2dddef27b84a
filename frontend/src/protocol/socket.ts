/**
 * One connection to /ws/: hello with what we have, answers to commands by their id, heartbeat, and reconnecting.
 *
 * A command is kept until it is answered and is sent again, with the same id, after every reconnect. The server
 * answers a repeated id with its first answer and writes nothing, so what the person did happens at most once.
 */
import { afterClose } from "./closeCodes.ts";
import { ServerClock } from "./serverClock.ts";
import { TakenReports } from "./taken.ts";
import type {
  Answer,
  ClientFrame,
  Command,
  CommandBody,
  Ephemeral,
  EventsFrame,
  Limits,
  Presence,
  Reads,
  Refusal,
  Resume,
  ServerFrame,
  SignFrame,
  Snapshot,
  Welcome,
} from "./types.ts";

export type Connection =
  | { state: "connecting"; attempt: number }
  | { state: "open" }
  | { state: "waiting"; attempt: number; until: number }
  | { state: "ended"; reason: "hello" | "sign_in" | "removed" | "too_large" };

/** A command that the server said no to, in its words. */
export class Refused extends Error {
  readonly code: string;
  readonly temporary: boolean;

  constructor(refusal: Pick<Refusal, "code" | "message" | "temporary">) {
    super(refusal.message);
    this.name = "Refused";
    this.code = refusal.code;
    this.temporary = refusal.temporary;
  }
}

/** The part of the browser's WebSocket that is used; tests give their own. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

export interface SocketOptions {
  url: string;
  /** What we have of each stream; asked at every connection. */
  resume: () => Record<string, Resume>;
  onConnection: (connection: Connection) => void;
  onWelcome: (welcome: Welcome) => void;
  onSnapshot: (snapshot: Snapshot) => void;
  onEvents: (frame: EventsFrame) => void;
  onEphemeral: (sign: Ephemeral) => void;
  onPresence: (presence: Presence) => void;
  onReads: (reads: Reads) => void;
  /** The server has stopped a stream for us: it goes on when it is opened again. */
  onResync: (stream: string) => void;
  /** A refusal of a stream that was named in hello. */
  onStreamRefused: (refusal: Refusal) => void;
  open?: (url: string) => SocketLike;
  random?: () => number;
}

interface Waiting {
  command: Command;
  resolve: (answer: Answer) => void;
  reject: (reason: Refused) => void;
  retries: number;
  /** How often the server failed while it had this command. */
  failures: number;
  /** Written on the present connection. */
  written: boolean;
  timer: ReturnType<typeof setTimeout> | null;
}

/** A temporary refusal is obeyed this often before the person is told. */
const RETRIES_MAX = 6;
const RETRY_DEFAULT_MS = 500;
/** How long an answer to a ping may take before the line counts as dead, in milliseconds. */
const PONG_WITHIN_MS = 8_000;
/** A connection that does not reach `welcome` in this time is given up, in milliseconds. */
const WELCOME_WITHIN_MS = 10_000;
/** An error on the server's side, and how many of them a command may meet. */
const SERVER_ERROR = 4500;
const FAILURES_MAX = 3;
const OPEN = 1;

export class RoomSocket {
  readonly clock = new ServerClock();
  /** While a frame of the server's is passed on. */
  receiving = false;
  limits: Limits = {
    frame_bytes_max: 65_536,
    message_chars_max: 8_000,
    commands_per_s: 10,
    commands_burst: 40,
    rounds_max: 50,
    file_bytes_max: 10_485_760,
    files_per_message_max: 10,
    taken_every_bytes: 0,
  };

  #socket: SocketLike | null = null;
  #welcomed = false;
  #attempt = 0;
  #waiting = new Map<string, Waiting>();
  #reconnectTimer: ReturnType<typeof setTimeout> | null = null;
  #heartbeatTimer: ReturnType<typeof setInterval> | null = null;
  #deadlineTimer: ReturnType<typeof setTimeout> | null = null;
  #askedAt = 0;
  #stopped = false;
  #reports = new TakenReports();

  constructor(private readonly options: SocketOptions) {}

  /** Connects now, unless connected or ended. */
  connect(): void {
    if (this.#stopped || this.#socket) return;
    this.#clearTimer("reconnect");
    this.options.onConnection({ state: "connecting", attempt: this.#attempt });
    this.#askedAt = Date.now();
    const open = this.options.open ?? ((url: string) => new WebSocket(url) as unknown as SocketLike);
    const socket = open(this.options.url);
    this.#socket = socket;
    this.#deadline(WELCOME_WITHIN_MS);
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.#askedAt = Date.now();
      this.#write({ t: "hello", protocol: 1, streams: this.options.resume() });
    };
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket && typeof data === "string") this.#receive(data);
    };
    socket.onclose = ({ code }) => {
      if (this.#socket === socket) this.#closed(code);
    };
  }

  /** Ends for good: nothing is sent or received any more. */
  stop(): void {
    this.#stopped = true;
    this.#clearTimer("reconnect");
    this.#drop();
  }

  /** The network is back or the page is looked at again: do not wait for the timer. */
  wake(): void {
    if (this.#stopped) return;
    this.clock.forget();
    if (!this.#socket) this.connect();
    else if (this.#welcomed) this.#ping();
  }

  /**
   * Sends a command and resolves with its answer. Waits, through reconnects, until there is one.
   * `id` is given when a command from an earlier visit is sent again. Rejects with Refused.
   */
  send(body: CommandBody, id: string = crypto.randomUUID()): Promise<Answer> {
    const known = this.#waiting.get(id);
    const command: Command = { ...body, id };
    return new Promise((resolve, reject) => {
      if (known) this.#settle(id);
      this.#waiting.set(id, {
        ...{ command, resolve, reject },
        ...{ retries: 0, failures: 0, written: this.#welcomed, timer: null },
      });
      if (this.#welcomed) this.#write(command);
    });
  }

  /** Passes something on to the others, now or never. */
  sign(frame: SignFrame): void {
    if (this.#welcomed) this.#write(frame);
  }

  get connected(): boolean {
    return this.#welcomed;
  }

  #write(frame: ClientFrame): void {
    if (this.#socket?.readyState === OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #receive(data: string): void {
    let frame: ServerFrame;
    try {
      frame = JSON.parse(data) as ServerFrame;
    } catch {
      this.#reopen();
      return;
    }
    this.receiving = true;
    try {
      this.#handle(frame);
    } finally {
      this.receiving = false;
    }
    const report = this.#reports.count(data.length, frame, this.limits.taken_every_bytes);
    if (report) this.#write(report);
  }

  #handle(frame: ServerFrame): void {
    switch (frame.t) {
      case "welcome":
        this.#onWelcome(frame);
        return;
      case "snapshot":
        this.options.onSnapshot(frame);
        return;
      case "events":
        this.options.onEvents(frame);
        return;
      case "ack":
      case "history":
        this.#settle(frame.id)?.resolve(frame);
        return;
      case "refused":
        this.#onRefused(frame);
        return;
      case "ephemeral":
        this.options.onEphemeral(frame);
        return;
      case "presence":
        this.options.onPresence(frame);
        return;
      case "reads":
        this.options.onReads(frame);
        return;
      case "resync":
        this.options.onResync(frame.stream);
        return;
      case "pong":
        this.#clearTimer("deadline");
        // Only a line that has held for a while counts as a success: else a server that fails at once is hammered.
        this.#attempt = 0;
        this.clock.learn(frame.at, this.#askedAt);
        return;
    }
  }

  #onWelcome(frame: Welcome): void {
    this.#clearTimer("deadline");
    this.#welcomed = true;
    this.limits = { ...this.limits, ...frame.limits };
    this.clock.learn(frame.at, this.#askedAt);
    this.options.onWelcome(frame);
    this.options.onConnection({ state: "open" });
    for (const waiting of this.#waiting.values()) {
      waiting.written = true;
      this.#write(waiting.command);
    }
    this.#heartbeatTimer = setInterval(() => this.#ping(), Math.max(1, frame.heartbeat_s) * 1000);
  }

  #onRefused(frame: Refusal): void {
    const waiting = frame.id === null ? undefined : this.#waiting.get(frame.id);
    if (!waiting) {
      this.options.onStreamRefused(frame);
      return;
    }
    if (frame.temporary && waiting.retries < RETRIES_MAX) {
      const wait =
        (frame.retry_after_ms ?? RETRY_DEFAULT_MS) * (1 + (this.options.random ?? Math.random)() / 4);
      waiting.retries += 1;
      waiting.timer = setTimeout(() => {
        waiting.timer = null;
        if (this.#welcomed) this.#write(waiting.command);
      }, wait);
      return;
    }
    this.#settle(waiting.command.id)?.reject(new Refused(frame));
  }

  #settle(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    if (!waiting) return undefined;
    if (waiting.timer) clearTimeout(waiting.timer);
    this.#waiting.delete(id);
    return waiting;
  }

  #ping(): void {
    if (this.#deadlineTimer) return;
    this.#askedAt = Date.now();
    this.#write({ t: "ping" });
    this.#deadline(PONG_WITHIN_MS);
  }

  #deadline(ms: number): void {
    this.#clearTimer("deadline");
    this.#deadlineTimer = setTimeout(() => {
      this.#deadlineTimer = null;
      this.#reopen();
    }, ms);
  }

  /** The line is dead or speaks nonsense: leave it without waiting for the browser to notice. */
  #reopen(): void {
    this.#drop();
    this.#closed(1006);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#welcomed = false;
    this.#reports.forget();
    this.#clearTimer("heartbeat");
    this.#clearTimer("deadline");
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  /** A command that the server fails over again and again is given up, or it would be sent for ever. */
  #giveUp(code: number): void {
    for (const waiting of [...this.#waiting.values()]) {
      const blamed = waiting.written && code === SERVER_ERROR;
      waiting.written = false;
      if (blamed) waiting.failures += 1;
      if (waiting.failures < FAILURES_MAX) continue;
      this.#settle(waiting.command.id)?.reject(
        new Refused({
          code: "client.gave_up",
          message: "Something went wrong on our side.",
          temporary: true,
        }),
      );
    }
  }

  #closed(code: number): void {
    this.#drop();
    if (this.#stopped) return;
    this.#giveUp(code);
    const next = afterClose(code, this.#attempt, this.options.random ?? Math.random);
    if (!next.reconnect) {
      this.#stopped = true;
      this.options.onConnection({ state: "ended", reason: next.reason });
      return;
    }
    this.#attempt += 1;
    this.options.onConnection({
      state: "waiting",
      attempt: this.#attempt,
      until: Date.now() + next.afterMs,
    });
    this.#reconnectTimer = setTimeout(() => {
      this.#reconnectTimer = null;
      this.connect();
    }, next.afterMs);
  }

  #clearTimer(which: "reconnect" | "heartbeat" | "deadline"): void {
    if (which === "reconnect" && this.#reconnectTimer) {
      clearTimeout(this.#reconnectTimer);
      this.#reconnectTimer = null;
    }
    if (which === "heartbeat" && this.#heartbeatTimer) {
      clearInterval(this.#heartbeatTimer);
      this.#heartbeatTimer = null;
    }
    if (which === "deadline" && this.#deadlineTimer) {
      clearTimeout(this.#deadlineTimer);
      this.#deadlineTimer = null;
    }
  }
}
