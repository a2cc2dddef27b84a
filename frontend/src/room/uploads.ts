/** Files on their way to the server, before a message sends them: a queue, progress, and what went wrong. */
import type { Attachment, Limits } from "../protocol/types.ts";

export interface Upload {
  /** Made here; a file that is sent again under it is there once. */
  id: string;
  stream: string;
  name: string;
  bytes: number;
  state: "waiting" | "sending" | "checking" | "ready" | "failed";
  /** How much of it has left, from 0 to 100. */
  percent: number;
  reason: Reason | null;
  /** A picture as this browser has it. */
  preview: string | null;
  /** What the server made of it. */
  attachment: Attachment | null;
}

export interface Reason {
  code: string;
  message: string;
  /** Whether the same file may be taken at another try. */
  again: boolean;
  /** In milliseconds, where the server asks us to come again. */
  afterMs?: number;
}

export interface Carrying {
  onProgress: (percent: number) => void;
  onDone: (attachment: Attachment) => void;
  onFailed: (reason: Reason) => void;
}

/** How files come to the server: `carry` returns what stops it. */
export interface Carrier {
  carry: (id: string, stream: string, file: File, carrying: Carrying) => () => void;
  remove: (id: string) => void;
}

/** As many as the server reads at a time. */
const AT_ONCE = 2;
/** How often a file is brought again by itself when the server is busy, and after how long in milliseconds. */
const TRIES = 4;
const AGAIN_MS = 1_000;
const PREVIEWED = /^image\/(jpeg|png|gif|webp)$/;

interface Held {
  file: File;
  tries: number;
  stop: (() => void) | null;
}

const NONE: Upload[] = [];

export class Uploads {
  #lists = new Map<string, Upload[]>();
  #held = new Map<string, Held>();
  #listeners = new Set<() => void>();

  constructor(
    private readonly carrier: Carrier,
    private readonly limits: () => Pick<Limits, "file_bytes_max" | "files_per_message_max">,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The files of the message that is being written in a stream. The same list until it changes. */
  of(stream: string): Upload[] {
    return this.#lists.get(stream) ?? NONE;
  }

  add(stream: string, files: Iterable<File>): void {
    const { file_bytes_max, files_per_message_max } = this.limits();
    let room = files_per_message_max - this.of(stream).length;
    for (const file of files) {
      const upload = begin(stream, file);
      room -= 1;
      if (room < 0) upload.reason = { code: "file.too_many", message: "", again: false };
      else if (file.size > file_bytes_max)
        upload.reason = { code: "file.too_large", message: "", again: false };
      if (upload.reason) upload.state = "failed";
      else this.#held.set(upload.id, { file, tries: 0, stop: null });
      this.#lists.set(stream, [...this.of(stream), upload]);
    }
    this.#changed();
    this.#next();
  }

  retry(id: string): void {
    const held = this.#held.get(id);
    if (!held || this.#find(id)?.state !== "failed") return;
    held.tries = 0;
    this.#patch(id, { state: "waiting", percent: 0, reason: null });
    this.#next();
  }

  /** Stops a file that is on its way, or removes one that has arrived. */
  drop(id: string): void {
    const upload = this.#find(id);
    if (!upload) return;
    this.#held.get(id)?.stop?.();
    // One that was being looked at may have arrived: it is removed there as well.
    if (upload.state === "ready" || upload.state === "checking") this.carrier.remove(id);
    this.#leave(upload);
    this.#next();
  }

  /** Gives the files that have arrived to a message that sends them; they are on the list no more. */
  take(stream: string): Attachment[] {
    const ready = this.of(stream).filter(({ state }) => state === "ready");
    for (const upload of ready) this.#leave(upload);
    return ready.flatMap(({ attachment }) => attachment ?? []);
  }

  /** Files of a message that was not sent are there to be sent again. */
  restore(stream: string, attachments: Attachment[]): void {
    const again = attachments.map(
      (attachment): Upload => ({
        id: attachment.id,
        stream,
        name: attachment.name,
        bytes: attachment.bytes,
        state: "ready",
        percent: 100,
        reason: null,
        preview: null,
        attachment,
      }),
    );
    this.#lists.set(stream, [...this.of(stream), ...again]);
    this.#changed();
  }

  forget(attachments: Attachment[]): void {
    for (const { id } of attachments) this.carrier.remove(id);
  }

  #next(): void {
    const all = [...this.#lists.values()].flat();
    let free = AT_ONCE - all.filter(({ state }) => state === "sending" || state === "checking").length;
    for (const upload of all) {
      const held = this.#held.get(upload.id);
      if (upload.state !== "waiting" || !held || free <= 0) continue;
      free -= 1;
      this.#carry(upload, held);
    }
  }

  #carry({ id, stream }: Upload, held: Held): void {
    this.#patch(id, { state: "sending", percent: 0 });
    held.stop = this.carrier.carry(id, stream, held.file, {
      onProgress: (percent) => this.#patch(id, { percent, state: percent < 100 ? "sending" : "checking" }),
      onDone: (attachment) => {
        this.#patch(id, { state: "ready", percent: 100, attachment, name: attachment.name });
        this.#held.delete(id);
        this.#next();
      },
      onFailed: (reason) => this.#failed(id, held, reason),
    });
  }

  #failed(id: string, held: Held, reason: Reason): void {
    held.tries += 1;
    held.stop = null;
    if (reason.afterMs !== undefined && held.tries < TRIES) {
      const timer = setTimeout(
        () => {
          this.#patch(id, { state: "waiting", percent: 0 });
          this.#next();
        },
        Math.max(reason.afterMs, AGAIN_MS),
      );
      held.stop = () => clearTimeout(timer);
      return;
    }
    if (!reason.again) this.#held.delete(id);
    this.#patch(id, { state: "failed", reason });
    this.#next();
  }

  #leave({ id, stream, preview }: Upload): void {
    if (preview) URL.revokeObjectURL(preview);
    this.#held.delete(id);
    this.#lists.set(
      stream,
      this.of(stream).filter((one) => one.id !== id),
    );
    this.#changed();
  }

  #find(id: string): Upload | undefined {
    return [...this.#lists.values()].flat().find((one) => one.id === id);
  }

  #patch(id: string, patch: Partial<Upload>): void {
    const upload = this.#find(id);
    if (!upload) return;
    this.#lists.set(
      upload.stream,
      this.of(upload.stream).map((one) => (one.id === id ? { ...one, ...patch } : one)),
    );
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function begin(stream: string, file: File): Upload {
  return {
    id: crypto.randomUUID(),
    stream,
    name: file.name,
    bytes: file.size,
    state: "waiting",
    percent: 0,
    reason: null,
    preview: PREVIEWED.test(file.type) ? URL.createObjectURL(file) : null,
    attachment: null,
  };
}

const OK = 200;
const SIGN_IN = 401;

/** By XMLHttpRequest: `fetch` does not say how much has left. */
export function byXhr(url: string, csrf: string): Carrier {
  return {
    carry(id, stream, file, { onProgress, onDone, onFailed }) {
      const request = new XMLHttpRequest();
      const form = new FormData();
      form.append("id", id);
      form.append("stream", stream);
      form.append("file", file, file.name);
      request.open("POST", url);
      request.setRequestHeader("X-CSRFToken", csrf);
      request.upload.onprogress = ({ loaded, total }) => onProgress(Math.floor((100 * loaded) / total));
      request.upload.onload = () => onProgress(100);
      request.onload = () => {
        const answer = parsed(request.responseText);
        if (request.status === OK && answer.id) onDone(answer as unknown as Attachment);
        else onFailed(reasonOf(request.status, answer));
      };
      request.onerror = () => onFailed({ code: "client.offline", message: "", again: true });
      request.send(form);
      return () => request.abort();
    },
    remove(id) {
      // What cannot be removed now is removed by the server after a day.
      void fetch(`${url}/${id}`, { method: "DELETE", headers: { "X-CSRFToken": csrf } }).catch(
        () => undefined,
      );
    },
  };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function reasonOf(status: number, answer: Record<string, unknown>): Reason {
  if (status === SIGN_IN) return { code: "client.signed_out", message: "", again: true };
  const code = typeof answer.code === "string" ? answer.code : "client.gave_up";
  const message = typeof answer.message === "string" ? answer.message : "";
  const again = answer.temporary === true || code === "client.gave_up" || code === "file.staged";
  const after = typeof answer.retry_after_ms === "number" ? answer.retry_after_ms : undefined;
  return {
    code,
    message,
    again,
    ...(answer.temporary === true && after !== undefined ? { afterMs: after } : {}),
  };
}
