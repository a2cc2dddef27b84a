"""Looking back into a stream: what of it makes its state, who spoke, how far it was at a moment."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from negotiation_hub.kernel import clock, event_seal, stream
from negotiation_hub.kernel.models import Event

_PAGE = 500


def silent_on(stream_id: UUID, kinds: Sequence[str], *, until: int) -> Iterator[stream.Event]:
    """The events up to number `until`, but for those of these kinds; oldest first, read page by page."""
    seen = 0
    wanted = (
        Event.objects.filter(stream__id=stream_id, seq__lte=until).exclude(kind__in=kinds).order_by("seq")
    )
    while page := wanted.filter(seq__gt=seen)[:_PAGE]:
        for row in page:
            seen = row.seq
            yield _event(stream_id, row)


def numbers_of(stream_id: UUID, kinds: Sequence[str]) -> list[int]:
    """The numbers of all events of these kinds, in order."""
    told = Event.objects.filter(stream__id=stream_id, kind__in=kinds)
    return list(told.order_by("seq").values_list("seq", flat=True))


def last_at(stream_id: UUID, moment: datetime, *, head: int) -> int:
    """The number of the last event that was there at a moment, 0 when there was none. A few look-ups.

    Times hardly ever step back in a stream; where they do, the answer is one of the numbers between them.
    """
    at_us, low, high = clock.to_us(moment), 0, head
    times = Event.objects.filter(stream__id=stream_id).values_list("at_us", flat=True)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if times.get(seq=middle) <= at_us else (low, middle - 1)
    return low


def authors_of(stream_id: UUID) -> set[UUID]:
    """Everybody who has an event in the stream."""
    told = Event.objects.filter(stream__id=stream_id, actor__isnull=False)
    actors = told.order_by().values_list("actor", flat=True).distinct()
    return {actor for actor in actors if actor is not None}


def _event(stream_id: UUID, row: Event) -> stream.Event:
    return stream.Event(
        stream=stream_id,
        seq=row.seq,
        kind=row.kind,
        by=None if row.actor is None else str(row.actor),
        at=clock.from_us(row.at_us),
        content=event_seal.opened(stream_id, row.seq, row.content),
        hash=bytes(row.hash),
        salt=None if row.salt is None else bytes(row.salt),
        commitment=bytes(row.commitment),
    )
