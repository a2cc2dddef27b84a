/** All that the screen of a room is drawn from. */
import type { Connection } from "../protocol/socket.ts";
import type { Attachment, CommandBody } from "../protocol/types.ts";
import type { StreamState } from "./roomState.ts";

export interface PendingMessage {
  id: string;
  stream: string;
  text: string;
  /** The number of the message that it answers. */
  answers: number | null;
  /** Files that the server has already. */
  attachments: Attachment[];
  /** Whom it names. */
  mentions: string[];
  at: number;
  status: "pending" | "failed";
  /** Why the server said no. */
  reason: { code: string; message: string } | null;
}

export interface RoomView {
  connection: Connection;
  /** True from the first welcome: a later loss is "reconnecting", not "connecting". */
  everOpen: boolean;
  you: { id: string; name: string };
  streams: Record<string, StreamState>;
  refused: Record<string, { code: string; message: string }>;
  pending: PendingMessage[];
  /** Who writes in a stream, with the local time it is believed until. */
  typing: Record<string, { id: string; until: number }[]>;
  /** Who has a stream open now, as the server last said. */
  present: Record<string, string[]>;
  /** By stream and person: how far they have read. */
  reads: Record<string, Record<string, number>>;
  loadingOlder: Record<string, boolean>;
}

/** The command that says it: the plain one wherever that says it all. */
export function commandOf({ stream, text, answers, attachments, mentions }: PendingMessage): CommandBody {
  // Only who names somebody says so: such a message is looked at, any other one goes through at once.
  const named = mentions.length > 0 ? { mentions } : {};
  if (attachments.length > 0) {
    const ids = attachments.map(({ id }) => id);
    return { t: "message.attach", stream, text, answers, attachments: ids, ...named };
  }
  if (answers !== null) return { t: "message.reply", stream, text, answers, ...named };
  return { t: "message.send", stream, text, ...named };
}
