/**
 * A faulty line between a client and the server: single frames are lost, repeated and late in both directions, and
 * connections are cut, with what was on its way.
 *
 * A connection (TCP) that has lost or reordered something ends; no client need survive one that goes on as if nothing
 * had been. So a connection that did such a thing is cut at the latest when the line heals, but until then it goes on,
 * which is worse than any real one. Three things do not happen, because the protocol or the connection forbids them and
 * they would test nothing: `hello` is neither overtaken nor repeated, and `welcome` is not repeated.
 */
import type { SocketLike } from "../../src/protocol/socket.ts";
import type { ClientFrame } from "../../src/protocol/types.ts";
import type { Chance } from "./chance.ts";

/** How often a frame has which fate, in each direction. */
const FATES = { passes: 76, late: 9, twice: 8, lost: 5, last: 2 } as const;
/** How late a late frame or a repetition comes, in milliseconds: later than several that follow it. */
const LATE_MS = [5, 250] as const;
/** How long a connection that has lost something may go on, in milliseconds. */
const LINGERS_MS = [20, 900] as const;
/** How long a connection lives at most while the line is faulty, in milliseconds. */
const LIVES_MS = [300, 2_500] as const;
const ABNORMAL = 1006;

/** How often the server does not know what a client comes back with, as one that was set up anew from a backup. */
const UNKNOWN = 0.3;
const NO_HASH = "0".repeat(64);

export type Faults = Record<"late" | "twice" | "lost" | "cut" | "unknown", number>;
/** Looks at a frame that the client sends; what it returns, the client is given in its place, and the frame is lost. */
export type Waylaid = (frame: Tagged, fate: keyof typeof FATES) => Tagged | null;
export interface Tagged {
  t: string;
  [more: string]: unknown;
}

export class Line {
  readonly faults: Faults = { late: 0, twice: 0, lost: 0, cut: 0, unknown: 0 };
  /** No new connection stands while the client is away. */
  away = false;
  #healed = false;
  #wires = new Set<Wire>();

  constructor(
    readonly chance: Chance,
    private readonly token: string,
    readonly waylaid: Waylaid | null = null,
  ) {}

  /** What a client opens its connection with. */
  readonly open = (url: string): SocketLike => {
    const wire = new Wire(this, url, this.token);
    this.#wires.add(wire);
    return wire;
  };

  get faulty(): boolean {
    return !this.#healed;
  }

  forget(wire: Wire): void {
    this.#wires.delete(wire);
  }

  /** Cuts what stands, and lets nothing stand until `back`. */
  leave(): void {
    this.away = true;
    for (const wire of [...this.#wires]) wire.cut();
  }

  back(): void {
    this.away = false;
  }

  /** From now on everything arrives, in its order. */
  heal(): void {
    this.#healed = true;
    this.away = false;
    for (const wire of [...this.#wires]) wire.heal();
  }
}

type Direction = "up" | "down";
interface Late {
  timer: ReturnType<typeof setTimeout>;
  pass: () => void;
}

/** One connection over the line. */
class Wire implements SocketLike {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  #real: WebSocket;
  #late = new Set<Late>();
  #over = false;
  /** Has done what no connection does. */
  #broken = false;
  /** Nothing passes any more; the end is still to come. */
  #dumb = false;
  #cutTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly line: Line,
    url: string,
    token: string,
  ) {
    // Node's WebSocket takes headers, the browser's does not.
    const Headed = WebSocket as unknown as new (
      url: string,
      how: { headers: Record<string, string> },
    ) => WebSocket;
    this.#real = new Headed(url, { headers: { Authorization: `Bearer ${token}` } });
    this.#real.onopen = () => (line.away ? this.cut() : this.onopen?.(undefined as never));
    this.#real.onmessage = ({ data }) => this.#carry("down", String(data));
    this.#real.onclose = ({ code }) => this.#end(code);
    if (line.faulty) this.#cutIn(LIVES_MS);
  }

  get readyState(): number {
    return this.#over ? WebSocket.CLOSED : this.#real.readyState;
  }

  send(data: string): void {
    this.#carry("up", this.#forgotten(data));
  }

  /** The same, or a `hello` with hashes that nobody knows: the answer is a snapshot. */
  #forgotten(data: string): string {
    const frame = JSON.parse(data) as ClientFrame;
    if (frame.t !== "hello" || !this.line.faulty || !this.line.chance.of(UNKNOWN)) return data;
    this.line.faults.unknown += 1;
    const streams = Object.entries(frame.streams).map(([id, { after, hash }]) => [
      id,
      { after, hash: hash && NO_HASH },
    ]);
    return JSON.stringify({ ...frame, streams: Object.fromEntries(streams) });
  }

  /** The client lets go. */
  close(): void {
    this.#finish();
    this.#real.close();
  }

  /** The line ends the connection; what is on its way is lost. */
  cut(): void {
    if (this.#over) return;
    this.line.faults.cut += 1;
    this.#real.close();
    this.#end(ABNORMAL);
  }

  heal(): void {
    if (this.#broken || this.#dumb) this.cut();
    if (this.#cutTimer) clearTimeout(this.#cutTimer);
    for (const one of [...this.#late]) one.pass();
  }

  #cutIn([least, most]: readonly [number, number]): void {
    if (this.#cutTimer) clearTimeout(this.#cutTimer);
    this.#cutTimer = setTimeout(() => this.cut(), this.line.chance.whole(least, most));
  }

  #end(code: number): void {
    if (this.#over) return;
    this.#finish();
    this.onclose?.({ code });
  }

  #finish(): void {
    this.#over = true;
    this.line.forget(this);
    if (this.#cutTimer) clearTimeout(this.#cutTimer);
    for (const { timer } of this.#late) clearTimeout(timer);
    this.#late.clear();
  }

  #carry(direction: Direction, data: string): void {
    if (this.#over || this.#dumb) return;
    const frame = JSON.parse(data) as Tagged;
    const fate = this.#fate(direction, frame);
    const instead = direction === "up" ? this.line.waylaid?.(frame, fate) : null;
    if (instead) {
      this.onmessage?.({ data: JSON.stringify(instead) });
      return;
    }
    if (fate === "lost" || fate === "last") {
      this.line.faults.lost += 1;
      this.#broken = true;
      this.#dumb = fate === "last";
      this.#cutIn(LINGERS_MS);
      return;
    }
    if (fate !== "late") this.#pass(direction, data);
    if (fate === "passes") return;
    this.line.faults[fate] += 1;
    // What is taken for the newest, and is not, no client can tell.
    if (frame.t === "snapshot") this.#broken = true;
    this.#later(() => this.#pass(direction, data));
  }

  #fate(direction: Direction, { t }: Tagged): keyof typeof FATES {
    if (!this.line.faulty) return "passes";
    const fate = this.line.chance.weighed(FATES);
    const first = direction === "up" ? t === "hello" : t === "welcome";
    return first && (fate === "late" || fate === "twice") ? "passes" : fate;
  }

  #later(act: () => void): void {
    const pass = (): void => {
      clearTimeout(late.timer);
      if (this.#late.delete(late)) act();
    };
    const late: Late = { timer: setTimeout(pass, this.line.chance.whole(...LATE_MS)), pass };
    this.#late.add(late);
  }

  #pass(direction: Direction, data: string): void {
    if (this.#over || this.#dumb) return;
    if (direction === "down") this.onmessage?.({ data });
    else if (this.#real.readyState === WebSocket.OPEN) this.#real.send(data);
  }
}
