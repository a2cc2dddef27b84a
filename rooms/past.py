"""A table as it was at any event of its log: the same fold as ever, stopped there.

What was removed since is removed at every point of time: it is read from the log, which does not have it.
"""

from dataclasses import dataclass
from itertools import islice
from typing import Any, Final
from uuid import UUID

from negotiation_hub.kernel import clock, commit, limits, lookback, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.people.models import User
from rooms import queries, state
from rooms.models import Room
from rooms.queries import Seat
from rooms.refusals import EventUnknown, PastTooLong

# They change nothing on the table, and are most of a long log.
SAID: Final = ("message.sent", "message.edited", "message.redacted", "message.reacted")
OFFERED: Final = ("offer.proposed", "offer.countered", "offer.superseded")
STEPS: Final = (*OFFERED, "offer.accepted", "offer.declined", "offer.withdrawn", "offer.expired")


@dataclass(frozen=True, slots=True)
class Past:
    """A table at one of its events. `events` are the newest up to it; `steps` all that happened to offers."""

    seat: Seat
    event: stream.Event
    head: int
    state: state.State
    events: list[stream.Event]
    steps: list[int]


def table_at(actor: User, room_id: UUID, seq: int) -> Past:
    """The table as it was at its event `seq`, for who may read it.

    Raises StreamUnknown, EventUnknown for a number that it does not have, PastTooLong.
    """
    with commit.snapshot():
        row, seat = reader(actor, room_id)
        event = event_at(row, seq)
        return Past(
            seat=seat,
            event=event,
            head=row.head_seq,
            state=_state(seat.room, row, seq),
            events=stream.before(row.id, seq + 1, limit=limits.PAST_SHOWN_EVENTS),
            steps=lookback.numbers_of(row.id, STEPS),
        )


def reader(actor: User, room_id: UUID) -> tuple[Stream, Seat]:
    """The table's stream and the person's seat. Raises StreamUnknown."""
    return queries.stream_for(actor, queries.room_for(actor, room_id).room.pk)


def event_at(row: Stream, seq: int) -> stream.Event:
    """An event of a stream by its number. Raises EventUnknown."""
    found = stream.at(row.id, seq) if 0 < seq <= row.head_seq else None
    if found is None:
        raise EventUnknown
    return found


def folded(room_id: UUID, seq: int) -> state.State:
    """The state of a table from its events up to `seq`. Raises PastTooLong."""
    told = lookback.silent_on(room_id, SAID, until=seq)
    shown = state.fold(
        (event.kind, clock.text(event.at), event.body) for event in islice(told, limits.PAST_EVENTS_MAX)
    )
    if next(told, None) is not None:
        raise PastTooLong
    return shown


def _state(room: Room, row: Stream, seq: int) -> state.State:
    # Now is what the rows say: it costs the same however long the log is.
    return queries.table_state(room) if seq == row.head_seq else folded(row.id, seq)


def view(past: Past, encoded: list[dict[str, Any]]) -> dict[str, Any]:
    """A past table as REST shows it; `encoded` are its events in the form of the wire."""
    return {
        "seq": past.event.seq,
        "at": clock.text(past.event.at),
        "head": past.head,
        "you": {"side": past.seat.side},
        "state": past.state,
        "first": encoded[0]["seq"],
        "events": encoded,
        "steps": past.steps,
    }
