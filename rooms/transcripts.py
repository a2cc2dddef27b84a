"""Transcripts of a room's streams: who may have which, and what stands in them beside the events."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, Literal, cast
from uuid import UUID

from django.conf import settings

from negotiation_hub.kernel import commit, lookback, transcript
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.wire import StreamUnknown
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User
from rooms import queries
from rooms.models import Participant, Room
from rooms.queries import Seat

Of = Literal["table", "caucus"]
_MEMORY_BYTES: Final = 1_048_576  # of a file that is being made; longer ones go through the disk
_PIECE_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Made:
    """A transcript: an open file at its beginning, which the caller closes, and what it was made of."""

    file: BinaryIO
    size_bytes: int
    sha256: str  # of the file, in hexadecimal
    facts: transcript.Facts


def make(actor: User, room_id: UUID, of: Of, now: datetime) -> Made:
    """The transcript of a room's table, or of one's own side's caucus.

    Raises StreamUnknown for a stranger, and for a caucus where one has no side.
    """
    with commit.snapshot():
        facts = _facts(actor, room_id, of)
    file = cast("BinaryIO", SpooledTemporaryFile(max_size=_MEMORY_BYTES))  # noqa: SIM115 - the caller's
    try:
        sha256 = transcript.write(file, facts, at=now)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    return Made(file, size, sha256, facts)


def pieces(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file, some at a time; closes it."""
    with file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def name_of(room_id: UUID, of: Of, ending: str) -> str:
    """What a downloaded transcript is called."""
    return f"transcript-{str(room_id)[-12:]}{'-caucus' if of == 'caucus' else ''}.{ending}"


def _facts(actor: User, room_id: UUID, of: Of) -> transcript.Facts:
    seat = queries.room_for(actor, room_id)
    row = _stream(seat, of)
    room = Room.objects.select_related("buyer", "seller").get(pk=room_id)
    agreements = room.agreements.select_related("offer").order_by("made_at", "pk")
    return transcript.Facts(
        row=row,
        issuer=settings.PUBLIC_URL,
        room=queries.room_view(room),
        sides=queries.sides_view(room),
        people=_people(room, row),
        agreements=[queries.agreement_view(agreement) for agreement in agreements],
    )


def _stream(seat: Seat, of: Of) -> Stream:
    side = seat.side if of == "caucus" else ""
    row = Stream.objects.filter(scope=seat.room.pk, kind=of, side=side).first()
    if row is None:
        raise StreamUnknown
    return row


def _people(room: Room, row: Stream) -> list[dict[str, Any]]:
    """Who sat down at the table, and whoever else speaks in the stream."""
    seats = Participant.objects.filter(room=room).select_related("user").order_by("pk")
    shown = {
        taken.user_id: {"id": str(taken.user_id), "name": taken.user.name, "side": taken.side}
        for taken in seats
        if row.kind == "table" or taken.side == row.side
    }
    others = sorted(lookback.authors_of(row.id) - shown.keys())
    names = people.people_by_ids(others)
    more = [{"id": str(id), "name": names[id].name, "side": row.side} for id in others if id in names]
    return [*shown.values(), *more]
