/** What moderators have imposed on people, room and offer, and what becomes of guests; the same rules as the server's (rooms/state.py). */
import type { Imposed, Offer, RoomEvent } from "../protocol/types.ts";
import type { FoldedTable } from "./roomState.ts";

/** The table after an event of a moderator's; the same one after any other. */
export function foldSupervision(state: FoldedTable, event: RoomEvent): FoldedTable {
  switch (event.kind) {
    case "room.locked":
      return { ...state, locked: act(event.at, event.body.reason) };
    case "room.unlocked":
      return { ...state, locked: null };
    case "board.locked":
      return { ...state, board_locked: act(event.at, event.body.reason) };
    case "board.unlocked":
      return { ...state, board_locked: null };
    case "participant.muted":
    case "participant.unmuted":
      return onPerson(state, event, "muted", event.kind === "participant.muted");
    case "participant.removed":
    case "participant.readmitted":
      return onPerson(state, event, "removed", event.kind === "participant.removed");
    case "guest.removed":
      return onPerson(state, { ...event, body: { ...event.body, reason: "" } }, "removed", true);
    case "guest.registered":
      return {
        ...state,
        participants: state.participants.map(({ guest, ...person }) =>
          person.id === event.body.participant || !guest ? person : { ...person, guest },
        ),
      };
    case "offer.frozen":
    case "offer.unfrozen":
      return onOffer(state, event.body.version, ({ frozen: _, ...offer }) =>
        event.kind === "offer.frozen" ? { ...offer, frozen: act(event.at, event.body.reason) } : offer,
      );
    case "offer.extended":
      return onOffer(state, event.body.version, (offer) => ({
        ...offer,
        expires_at: event.body.expires_at,
        first_expires_at: offer.first_expires_at ?? offer.expires_at,
      }));
    default:
      return state;
  }
}

/** Whether this person, though of a side, only looks at the board for now; of its own layer only who is muted. */
export function isBarredFromBoard(table: FoldedTable, person: string, layer = false): boolean {
  const myself = table.participants.find(({ id }) => id === person);
  const { status } = table.negotiation;
  if (layer) return !!myself?.muted;
  return status === "closed" || !!table.locked || !!table.board_locked || !!myself?.muted;
}

function act(at: string, reason: string): Imposed {
  return { at, reason };
}

function onPerson(
  state: FoldedTable,
  event: { at: string; body: { participant: string; reason: string } },
  what: "muted" | "removed",
  on: boolean,
): FoldedTable {
  return {
    ...state,
    participants: state.participants.map((person) => {
      if (person.id !== event.body.participant) return person;
      const { [what]: _, ...rest } = person;
      return on ? { ...rest, [what]: act(event.at, event.body.reason) } : rest;
    }),
  };
}

function onOffer(state: FoldedTable, version: number, change: (offer: Offer) => Offer): FoldedTable {
  return {
    ...state,
    offers: state.offers.map((offer) => (offer.version === version ? change(offer) : offer)),
  };
}
