"""Reading logs into the search, behind those who speak: a job does it, and a search for the streams it asks.

How far a stream was read stands in its `SearchReach`, whose row is also the lock of its entries. Whoever
removes what was said takes that lock too, so what is being read in cannot slip in behind the removal. It
comes after the stream's own lock, and nothing is locked under it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F
from django.db.models.functions import Coalesce

from negotiation_hub.kernel import commit, limits, outbox, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.stream import Event, Tip
from rooms.models import SearchReach
from rooms.search import entries, index

KINDS = ("table", "caucus")
_STREAMS_AT_ONCE = 1_000  # that lag and are looked at together
_TRIES = 5  # of a slice whose entry met another one of the same millisecond


def catch_up(streams: Sequence[int] | None = None, *, most: int) -> bool:
    """Reads in what these streams, or all, have more than the search knows: at most so many events.

    Streams are named by the numbers of their rows. False when something is left.
    """
    for number, stream_id in _lagging(streams):
        while True:
            if most <= 0:
                return False
            read, at_end = _slice(number, stream_id, most=min(most, limits.INDEX_SLICE_EVENTS))
            most -= read
            if at_end:
                break
    return True


def forget(head: Tip, numbers: Sequence[int]) -> None:
    """Takes out of the search what is about to be removed from a locked stream, in the same transaction."""
    lock(head.row)
    events = stream.numbered(head.id, numbers).values()
    index.forget(head.row, {entries.number_of(event) for event in events})


def rebuild() -> None:
    """Has every log read in again from its beginning; entries are replaced one slice after the other."""
    for number in SearchReach.objects.values_list("pk", flat=True):
        with commit.transact():
            lock(number)
            SearchReach.objects.filter(pk=number).update(seq=0)


@outbox.every("rooms.search", limits.INDEX_INTERVAL_S)
def follow(now: datetime) -> None:
    """Keeps what a search has to read in by itself short."""
    catch_up(most=limits.INDEX_JOB_EVENTS)


def _lagging(streams: Sequence[int] | None) -> Iterable[tuple[int, UUID]]:
    """Those that have more than the search knows, the least of it first: so most become complete."""
    rows = Stream.objects.filter(kind__in=KINDS)
    if streams is not None:
        rows = rows.filter(pk__in=streams)
    behind = rows.annotate(behind=F("head_seq") - Coalesce("search_reach__seq", 0)).filter(behind__gt=0)
    while found := list(behind.order_by("behind").values_list("number", "id")[:_STREAMS_AT_ONCE]):
        yield from found
        if len(found) < _STREAMS_AT_ONCE:
            return


def _slice(number: int, stream_id: UUID, *, most: int) -> tuple[int, bool]:
    """Reads in the next events of a stream: how many, and whether it is at the log's end."""
    for _ in range(_TRIES):
        try:
            return commit.retrying(_read_in, number, stream_id, most)
        except IntegrityError:
            continue
    return commit.retrying(_read_in, number, stream_id, most)


def _read_in(number: int, stream_id: UUID, most: int) -> tuple[int, bool]:
    with commit.transact():
        reach = lock(number)
        events = stream.after(stream_id, reach.seq, limit=most)
        at_end = len(events) < most
        fitting = _fitting(events)
        at_end = at_end and len(fitting) == len(events)
        to = fitting[-1].seq if fitting else reach.seq
        index.write(number, entries.changes(fitting), after=reach.seq, to=None if at_end else to)
        SearchReach.objects.filter(pk=number).update(seq=to)
    return len(fitting), at_end


def _fitting(events: Sequence[Event]) -> Sequence[Event]:
    """As many as one transaction has time for, and at least one."""
    chars = 0
    for place, event in enumerate(events):
        chars += len(event.content or "")
        if chars > limits.INDEX_SLICE_CHARS and place:
            return events[:place]
    return events


def lock(number: int) -> SearchReach:
    """How far a stream was read, locked until the transaction ends."""
    SearchReach.objects.bulk_create([SearchReach(stream_id=number)], ignore_conflicts=True)
    return SearchReach.objects.select_for_update().get(pk=number)
