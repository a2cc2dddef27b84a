/**
 * Counts the bytes of a board's frames on a connection, and beside them those that it would have taken had each sign of
 * a stroke carried the whole element as it was at that moment, and not its new points.
 */
import type { BoardElement, BoardSketch, Stroke } from "../../src/protocol/commands.ts";
import type { SocketLike } from "../../src/protocol/socket.ts";

/** Bytes of all frames, of those with finished elements alone, and of all as they would be with whole elements. */
export interface Count {
  frames: number;
  bytes: number;
  finished: number;
  whole: number;
}

export const nothing = (): Count => ({ frames: 0, bytes: 0, finished: 0, whole: 0 });

interface Frame {
  t: string;
  id?: string;
  stream?: string;
  kind?: string;
  elements?: BoardElement[];
  stroke?: Stroke | null;
  data?: Pick<BoardSketch, "elements" | "stroke">;
}

const sizeOf = (text: string): number => new TextEncoder().encode(text).length;

/** What is known of all strokes as they were at each sign: those who are sent it look it up here. */
export class Moments {
  #whole = new Map<string, string>();

  keep(element: BoardElement, { id, start }: Stroke): string {
    const whole = JSON.stringify(element);
    this.#whole.set(`${id} ${start}`, whole);
    return whole;
  }

  find({ id, start }: Stroke): string {
    const whole = this.#whole.get(`${id} ${start}`);
    if (!whole) throw new Error(`nobody has sent stroke ${id} from point ${start} on`);
    return whole;
  }
}

export class Tally {
  readonly up = nothing();
  readonly down = nothing();
  /** Commands that are not answered yet. */
  readonly open = new Set<string>();

  constructor(
    private readonly board: string,
    private readonly token: string,
    private readonly moments: Moments,
    private readonly find: (id: string) => BoardElement | undefined,
  ) {}

  /** What a client opens its connection with. */
  readonly connect = (url: string): SocketLike => {
    // Node's WebSocket takes headers, the browser's does not.
    const Headed = WebSocket as unknown as new (
      url: string,
      how: { headers: Record<string, string> },
    ) => WebSocket;
    const socket = new Headed(url, { headers: { Authorization: `Bearer ${this.token}` } });
    const send = socket.send.bind(socket);
    socket.send = (data) => {
      this.#sent(String(data));
      send(data);
    };
    socket.addEventListener("message", ({ data }) => this.#received(String(data)));
    return socket as unknown as SocketLike;
  };

  #sent(text: string): void {
    const frame = JSON.parse(text) as Frame;
    if (frame.stream !== this.board) return;
    if (frame.t === "board.draw") {
      this.open.add(frame.id ?? "");
      this.#count(this.up, text, true);
    } else if (frame.t === "board.sketch") {
      const { stroke } = frame;
      const element = stroke ? this.find(stroke.id) : undefined;
      const whole = stroke && element ? instead(frame, this.moments.keep(element, stroke)) : null;
      this.#count(this.up, text, false, whole);
    }
  }

  #received(text: string): void {
    const frame = JSON.parse(text) as Frame;
    if (frame.t === "ack") this.open.delete(frame.id ?? "");
    if (frame.stream !== this.board) return;
    if (frame.t === "events" || frame.t === "ack") this.#count(this.down, text, true);
    if (frame.t !== "ephemeral" || frame.kind !== "board.sketch") return;
    const stroke = frame.data?.stroke;
    const whole = stroke ? instead(frame, this.moments.find(stroke)) : null;
    this.#count(this.down, text, false, whole);
  }

  #count(count: Count, text: string, finished: boolean, whole: number | null = null): void {
    const bytes = sizeOf(text);
    count.frames += 1;
    count.bytes += bytes;
    count.whole += whole ?? bytes;
    if (finished) count.finished += bytes;
  }
}

/** The bytes of the same frame with the whole element in the place of the stroke's new points and look. */
function instead(frame: Frame, whole: string): number {
  const without = { elements: [], stroke: null };
  const empty = frame.data ? { ...frame, data: without } : { ...frame, ...without };
  return sizeOf(JSON.stringify(empty)) + sizeOf(whole);
}
