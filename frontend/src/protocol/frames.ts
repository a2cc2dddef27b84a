/** Frames from the server. */
import type { BoardSnapshot } from "../board/merge.ts";
import type { CaucusState, ParticipantSide, RoomEvent, TableState } from "./types.ts";

export interface Welcome {
  t: "welcome";
  protocol: number;
  you: { id: string; name: string };
  at: string;
  heartbeat_s: number;
  limits: Limits;
}

export interface Limits {
  frame_bytes_max: number;
  message_chars_max: number;
  commands_per_s: number;
  commands_burst: number;
  rounds_max: number;
  file_bytes_max: number;
  files_per_message_max: number;
  /** How many bytes may arrive until we report what we have taken. */
  taken_every_bytes: number;
}

export type StreamKind = "table" | "caucus" | "board" | "layer";

export interface Snapshot {
  t: "snapshot";
  stream: string;
  kind: StreamKind;
  room: string;
  head: number;
  hash: string;
  you: { side: ParticipantSide | null; may_approve?: boolean; may_draw?: boolean };
  state: TableState | CaucusState | BoardSnapshot;
  first: number;
  events: RoomEvent[];
}

export interface EventsFrame {
  t: "events";
  stream: string;
  events: RoomEvent[];
}

export interface Ack {
  t: "ack";
  id: string;
  stream: string;
  seq: number;
  hash: string;
}

export interface Refusal {
  t: "refused";
  id: string | null;
  stream?: string | null;
  code: string;
  message: string;
  temporary: boolean;
  retry_after_ms: number | null;
}

export interface HistoryPage {
  t: "history";
  id: string;
  stream: string;
  events: RoomEvent[];
}

export type ServerFrame =
  | Welcome
  | Snapshot
  | EventsFrame
  | Ack
  | Refusal
  | HistoryPage
  | Ephemeral
  | Presence
  | Reads
  | { t: "resync"; stream: string }
  | { t: "pong"; at: string };

/** A sign of somebody else: typing, a cursor, what they have in motion. */
export interface Ephemeral {
  t: "ephemeral";
  stream: string;
  kind: string;
  by: string;
  data?: Record<string, unknown>;
}

/** Who has a stream open now: the first of them by name, and how many they are. */
export interface Presence {
  t: "presence";
  stream: string;
  people: string[];
  count: number;
}

/** How far each person had read a stream when it was opened. */
export interface Reads {
  t: "reads";
  stream: string;
  marks: Record<string, number>;
}

/** The answer to a command: what a caller waits for. */
export type Answer = Ack | HistoryPage;
