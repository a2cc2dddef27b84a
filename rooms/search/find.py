"""Finding what was said and offered, in one room or in all that a person may read.

Which streams are somebody's own is looked up for each search; only their words are asked for, and a hit is
shown after the same question that a socket is asked when it opens the stream.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from negotiation_hub.kernel import limits, stream
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import Refusal
from negotiation_hub.kernel.stream import Event
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Membership, User
from rooms import queries
from rooms.models import Room, SearchEntry
from rooms.search import catch_up, entries, index
from rooms.search.query import Query, parse, steps
from rooms.search.snippet import Part, snippet

CURSOR: Final = r"[0-3]\.[0-9]{1,19}"
_CURSOR: Final = re.compile(CURSOR)
_ID_MAX: Final = 2**63 - 1
_KINDS: Final = {entries.SAID: "message", "approval.requested": "approval", "request.received": "request"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: rank and id of its last entry."""

    rank: int
    id: int

    @property
    def cursor(self) -> str:
        """What asks for the page after it."""
        return f"{self.rank}.{self.id}"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found. `latest` is the number of its correction, `seq` where there is none."""

    room: Room
    stream: UUID
    lane: str  # table, caucus
    seq: int
    latest: int
    kind: str  # message, offer, approval, request
    version: int | None  # of an offer
    by: User | None
    at: datetime
    parts: Sequence[Part]

    @property
    def url(self) -> str:
        """The room at this place; what was corrected names the correction too."""
        there = f"{self.seq}" if self.latest == self.seq else f"{self.seq}.{self.latest}"
        return f"{reverse('rooms:room', args=[self.room.pk])}#{'c' if self.lane == 'caucus' else 'm'}{there}"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, best and newest first. `next` is the cursor of the following page, if there is one."""

    hits: Sequence[Hit] = ()
    next: str | None = None
    behind: bool = False  # the newest that was said is not read in yet
    rooms_left_out: bool = False  # only the newest rooms were searched


def after_of(text: str | None) -> Place | None:
    """The place that a cursor stands for; None for what is none."""
    if not _CURSOR.fullmatch(text or ""):
        return None
    rank, _, id = (text or "").partition(".")
    return Place(int(rank), min(int(id), _ID_MAX))


def find(*, actor: User, text: str, room: UUID | None = None, after: Place | None = None) -> Found:
    """What holds all the words: in a room, or in the newest 500 of the person's. No text raises.

    Raises StreamUnknown for a room that is not theirs, or not there.
    """
    if room is not None:
        streams, left_out = _of_room(queries.room_for(actor, room)), False
    else:
        streams, left_out = _of_rooms(actor)
    query = parse(text)
    if query is None or not streams:
        return Found(rooms_left_out=left_out)
    complete = catch_up.catch_up(list(streams), most=limits.INDEX_SEARCH_EVENTS)
    ranked = _ranked(query, list(streams), after, limits.ROOM_SEARCH_PAGE + 1)
    page = ranked[: limits.ROOM_SEARCH_PAGE]
    more = Place(page[-1][0], page[-1][1].pk).cursor if len(ranked) > len(page) else None
    return Found(_hits([entry for _, entry in page], streams, query, actor), more, not complete, left_out)


def _of_room(seat: queries.Seat) -> dict[int, Stream]:
    rows = Stream.objects.filter(scope=seat.room.pk, kind__in=catch_up.KINDS, side__in=["", seat.side])
    return {row.number: row for row in rows}


def _of_rooms(actor: User) -> tuple[dict[int, Stream], bool]:
    """The streams of the person's newest rooms, and whether there are older ones. Moderators: all tables."""
    most = limits.ROOM_SEARCH_ROOMS_MAX
    ours = set(Membership.objects.filter(user=actor).values_list("organisation", flat=True))
    sides = Room.objects.order_by("-pk").values_list("pk", "buyer", "seller")
    rooms = list(sides.filter(Q(buyer__in=ours) | Q(seller__in=ours))[: most + 1])
    if people.may_moderate(actor):
        rooms = list(dict.fromkeys([*rooms, *sides[: most + 1]]))
    seats = {
        room: "buyer" if buyer in ours else "seller" if seller in ours else "moderator"
        for room, buyer, seller in rooms[:most]
        if not (buyer in ours and seller in ours)  # nobody opens a room in which they face themselves
    }
    rows = Stream.objects.filter(scope__in=list(seats), kind__in=catch_up.KINDS)
    return {row.number: row for row in rows if row.side in {"", seats[row.scope]}}, len(rooms) > most


def _ranked(
    query: Query, streams: Sequence[int], after: Place | None, limit: int
) -> list[tuple[int, SearchEntry]]:
    found: list[tuple[int, SearchEntry]] = []
    for step in steps(query):
        if after is not None and step.rank > after.rank:
            continue
        before = after.id if after is not None and step.rank == after.rank else None
        more = index.matching(step, streams, before=before, limit=limit - len(found))
        found += [(step.rank, entry) for entry in more]
        if len(found) >= limit:
            break
    return found


def _hits(page: Sequence[SearchEntry], streams: dict[int, Stream], query: Query, actor: User) -> list[Hit]:
    of_stream: dict[int, set[int]] = defaultdict(set)
    for entry in page:
        of_stream[entry.stream_id] |= {entry.seq, entry.latest}
    told: dict[int, tuple[Stream, Room, dict[int, Event]]] = {}
    for number, numbers in of_stream.items():
        row = streams.get(number)
        room = None if row is None else _theirs(row, actor)
        if row is not None and room is not None:
            told[number] = (row, room, stream.numbered(row.id, sorted(numbers)))
    ids = {UUID(event.by) for _, _, events in told.values() for event in events.values() if event.by}
    authors = people.people_by_ids(ids)
    shown = ((*told[entry.stream_id], entry) for entry in page if entry.stream_id in told)
    hits = (_hit(row, room, events, entry, query, authors) for row, room, events, entry in shown)
    return [hit for hit in hits if hit is not None]


def _theirs(row: Stream, actor: User) -> Room | None:
    try:
        return queries.reader(actor, row).room
    except Refusal:
        return None


def _hit(
    row: Stream,
    room: Room,
    events: dict[int, Event],
    entry: SearchEntry,
    query: Query,
    authors: dict[UUID, User],
) -> Hit | None:
    event, latest = events.get(entry.seq), events.get(entry.latest)
    text = latest and entries.text_of(latest)
    if event is None or text is None:
        return None  # removed while we looked
    return Hit(
        room=room,
        stream=row.id,
        lane=row.kind,
        seq=entry.seq,
        latest=entry.latest,
        kind=_KINDS.get(event.kind, "offer"),
        version=event.body["offer"]["version"] if "offer" in event.body else None,
        by=authors.get(UUID(event.by)) if event.by else None,
        at=event.at,
        parts=snippet(text, query),
    )
