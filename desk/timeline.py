"""One axis of everything that happened in a deal, for one person: each stream tells its own readers.

The table is what both sides and moderators read, so its steps are everybody's; a caucus adds its decisions
for its own side, the thread that a room continues adds its posts for whoever may read that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, Final, Literal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog.campaign_models import Attribution, Visit
from desk import words
from desk.words import Words
from feedback.models import FollowUp
from negotiation_hub.kernel import stream, wire
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.render import to_text
from negotiation_hub.kernel.stream import Event
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import Membership, User
from rooms import attachments
from rooms.models import Room
from threads import queries as threads
from threads.models import Thread

EVENTS: Final = 1000  # of the table on one page: what was said is folded, so they make far fewer entries
_BESIDE: Final = 200  # events of a caucus, or posts of a thread: the newest of them
_SAID: Final = "message.sent"
_REACTED: Final = "message.reacted"
_DRAWN: Final = "board.drawn"
_NEWEST: Final = 2**62  # behind every number

Source = Literal["visit", "thread", "caucus", "board", "table", "feedback"]
# What comes first of one moment: causes.
_RANK: Final = {"visit": 0, "thread": 1, "caucus": 2, "board": 3, "table": 4, "feedback": 5}


@dataclass(frozen=True, slots=True)
class Entry:
    """One step. `who` are names, none when the system acted; `private`: only the reader's side sees it."""

    at: datetime
    kind: str
    source: Source
    who: tuple[str, ...]
    words: Words
    url: str
    private: bool = False
    until: datetime | None = None  # of several messages the last one's time
    count: int = 1


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of steps, the newest last. `earlier` asks for the page before, when there is one."""

    entries: Sequence[Entry]
    earlier: int | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their side (buyer, seller, moderator) decides what is there."""

    user: User
    room: Room
    side: str
    order_id: UUID | None  # of the deal, where it has one
    member: Membership | None = None  # what they are on their side

    def url(self, kind: str) -> str:
        """Where a step leads to: what became of the deal to its order, the rest to the room."""
        family = kind.partition(".")[0]
        if self.order_id is None or self.side == "moderator" or family not in _OF_ORDER:
            return reverse("rooms:room", args=[self.room.pk])
        part = {"payment": "#money", "funds": "#money"}.get(family, "")
        return reverse("orders:order", args=[self.order_id]) + part


_OF_ORDER: Final = {"order", "payment", "shipment", "download", "service", "appointment", "funds", "feedback"}


def timeline(reader: Reader, *, before: int | None = None) -> Timeline:
    """A page of what happened: the newest, or what was in front of the table's event `before`."""
    told = stream.outline(reader.room.pk, before=before or _NEWEST, without=_SAID, limit=EVENTS)
    beside = [*_beside_the_table(reader), *_thread(reader)]
    first = told[0].seq if told else 1
    names = _names([*told, *(event for event, *_rest in beside)])
    sent = _files(reader, told[0].seq - 1) if told else {}
    entries = list(_fold(reader, told, names, sent))
    entries += [_beside(event, source, url, said, names) for event, source, url, said in beside]
    entries += [*_visit(reader), *_follow_ups(reader)]
    # What stands beside the table is on the page of its time, on exactly one.
    if first > 1:
        entries = [one for one in entries if one.at >= told[0].at]
    if before is not None and (newer := stream.at(reader.room.pk, before)) is not None:
        entries = [one for one in entries if one.source == "table" or one.at < newer.at]
    entries.sort(key=lambda one: (one.at, _RANK[one.source]))
    return Timeline(list(_fold_drawings(entries)), first if first > 1 else None)


# -- the table ---------------------------------------------------------------------------------------------


def _files(reader: Reader, since: int) -> dict[int, list[str]]:
    """The names of the files that were sent at the table, by the number of their message."""
    found: dict[int, list[str]] = {}
    for row in attachments.sent(reader.room.pk, since=since):
        found.setdefault(row.seq or 0, []).append(row.name)
    return found


def _fold(
    reader: Reader, told: Iterable[Event], names: Mapping[str, str], files: Mapping[int, list[str]]
) -> Iterator[Entry]:
    """Every step as it is; what was said between two of them as one entry."""
    steps = (event for event in told if event.kind != _REACTED)  # a nod is no step of a deal
    for said, group in groupby(steps, key=lambda event: event.kind == _SAID):
        events = list(group)
        if not said:
            yield from (_entry(reader, event, names) for event in events)
            continue
        who = dict.fromkeys(names.get(event.by or "", "") for event in events)
        entry = _entry(reader, events[0], names)
        last = events[-1].at if len(events) > 1 else None
        sent = [name for event in events for name in files.get(event.seq, ())]
        yield replace(
            entry,
            who=tuple(filter(None, who)),
            words=words.messages(len(events), sent),
            until=last,
            count=len(events),
        )


def _fold_drawings(entries: Iterable[Entry]) -> Iterator[Entry]:
    """What was drawn between two other steps as one entry."""
    for drawn, group in groupby(entries, key=lambda one: one.kind == _DRAWN):
        found = list(group)
        if not drawn:
            yield from found
            continue
        who = dict.fromkeys(name for one in found for name in one.who)
        last = found[-1].at if len(found) > 1 else None
        said = words.drawings(len(found))
        yield replace(found[0], who=tuple(who), words=said, until=last, count=len(found))


def _entry(reader: Reader, event: Event, names: Mapping[str, str]) -> Entry:
    said = words.of_event(event.kind, event.body) or Words("clock", _("Something else happened"))
    who = said.who or names.get(event.by or "", "")
    return Entry(event.at, event.kind, "table", (who,) if who else (), said, reader.url(event.kind))


def _names(events: Iterable[Event]) -> dict[str, str]:
    found = people.people_by_ids(UUID(event.by) for event in events if event.by)
    return {str(id): person.name for id, person in found.items()}


# -- what only some may see --------------------------------------------------------------------------------

Beside = tuple[Event, Source, str, Words | None]


def _beside_the_table(reader: Reader) -> Iterator[Beside]:
    """What was drawn, and what the reader's own side decided for itself. A moderator has no side."""
    streams = Stream.objects.filter(scope=reader.room.pk, kind__in=("board", "caucus"))
    url = reverse("rooms:room", args=[reader.room.pk])
    for row in streams:
        if row.kind == "caucus" and row.side != reader.side:
            continue
        source: Source = "caucus" if row.kind == "caucus" else "board"
        silent = _SAID if row.kind == "caucus" else _DRAWN
        limit = _BESIDE if row.kind == "caucus" else EVENTS
        for event in stream.outline(row.id, before=_NEWEST, without=silent, limit=limit):
            if event.kind != _SAID:
                yield event, source, url, words.of_event(event.kind, event.body)


def _thread(reader: Reader) -> Iterator[Beside]:
    """The posts of the thread that was taken to this room, for whoever may read it."""
    thread = _origin(reader)
    if thread is None:
        return
    asked = False
    for event in stream.before(thread.pk, _NEWEST, limit=_BESIDE):
        if event.kind == _OPENED:
            asked = True  # by the post that follows
        elif event.kind == _SAID:
            said = _post(event.body, thread.subject if asked else "")
            yield event, "thread", f"{thread.get_absolute_url()}#p{event.seq}", said
            asked = False
        elif event.kind in _STATES:
            icon, text = _STATES[event.kind]
            yield event, "thread", thread.get_absolute_url(), Words(icon, _(text))


def _origin(reader: Reader) -> Thread | None:
    origin: Mapping[str, Any] = reader.room.origin or {}
    if origin.get("kind") != threads.KIND:
        return None
    try:
        return threads.thread_for(reader.user, UUID(origin["id"])).thread
    except wire.StreamUnknown:
        return None


def _beside(event: Event, source: Source, url: str, said: Words | None, names: Mapping[str, str]) -> Entry:
    who = names.get(event.by or "", "")
    said = said or Words("clock", _("Something else happened"))
    return Entry(event.at, event.kind, source, (who,) if who else (), said, url, source == "caucus")


_OPENED: Final = "thread.opened"
_STATES: Final = {
    "thread.moved": ("lock", gettext_noop("Took the question to this private room")),
    "thread.resolved": ("check", gettext_noop("Marked the question as resolved")),
    "thread.reopened": ("rotate-ccw", gettext_noop("Opened the question again")),
}
_BEGINNING_CHARS: Final = 120


def _post(body: Mapping[str, Any], subject: str) -> Words:
    """A post of the thread; with a subject the one that began it."""
    by_mail = bool(body.get("mail"))
    if subject:
        text = _("Asked by mail") if by_mail else _("Asked on the site")
    else:
        text = _("Answered by mail") if by_mail else _("Answered on the site")
    return Words("mail" if by_mail else "messages-square", text, subject or _beginning(body))


def _beginning(body: Mapping[str, Any]) -> str:
    text = " ".join(to_text(str(body.get("text", ""))).split())
    return text if len(text) <= _BEGINNING_CHARS else text[: _BEGINNING_CHARS - 1].rstrip() + "…"


# -- what led to the room, and what followed from it -------------------------------------------------------


def _visit(reader: Reader) -> Iterator[Entry]:
    """Which visit the room came of: for the seller's people only, and the campaign for those who run it."""
    if reader.side != "seller":
        return
    found = Attribution.objects.select_related("visit__campaign").filter(room=reader.room.pk).first()
    if found is None:
        return
    visit = found.visit
    url = reverse("rooms:room", args=[reader.room.pk])
    if visit.campaign is not None and people.may_sell(reader.member):
        url = reverse("catalog:campaign", args=[visit.campaign.pk])
    text = _VISITS.get(Visit.Source(visit.source), _VISITS[Visit.Source.UTM])
    detail = visit.campaign.subject if visit.campaign is not None else visit.detail
    yield Entry(visit.at, "visit", "visit", (), Words("eye", _(text), detail), url, private=True)


_VISITS: Final = {
    Visit.Source.CAMPAIGN: gettext_noop("The buyer came by a campaign's mail"),
    Visit.Source.UTM: gettext_noop("The buyer came by a marked link"),
    Visit.Source.REFERRAL: gettext_noop("The buyer came from another site"),
    Visit.Source.SEARCH: gettext_noop("The buyer came from a search engine"),
}


def _follow_ups(reader: Reader) -> Iterator[Entry]:
    """That somebody asks what went wrong, for those who are in that thread."""
    rows = FollowUp.objects.filter(answer__invitation__room_id=reader.room.pk).select_related("assignee")
    for row in rows[:_BESIDE]:
        try:
            thread = threads.thread_for(reader.user, row.thread_id).thread
        except wire.StreamUnknown:
            continue
        url = thread.get_absolute_url()
        said = Words("star", _("Asks what went wrong"), thread.subject)
        yield Entry(row.opened_at, "follow_up.opened", "feedback", (row.assignee.name,), said, url)
        if row.resolved_at is not None:
            done = Words("circle-check", _("What went wrong is resolved"), tone="good")
            yield Entry(row.resolved_at, "follow_up.resolved", "feedback", (), done, url)
