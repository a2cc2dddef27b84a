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

from desk import words
from desk.words import Words
from negotiation_hub.kernel import stream, wire
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.stream import Event
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User
from rooms.models import Room
from threads import queries as threads
from threads.models import Thread

EVENTS: Final = 1000  # of the table on one page: what was said is folded, so they make far fewer entries
_BESIDE: Final = 200  # events of a caucus, or posts of a thread: the newest of them
_SAID: Final = "message.sent"
_NEWEST: Final = 2**62  # behind every number

Source = Literal["thread", "caucus", "table"]
_RANK: Final = {"thread": 0, "caucus": 1, "table": 2}  # what comes first of one moment: causes


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

    def url(self, kind: str) -> str:
        """Where a step leads to: what became of the deal to its order, the rest to the room."""
        family = kind.partition(".")[0]
        if self.order_id is None or self.side == "moderator" or family not in _OF_ORDER:
            return reverse("rooms:room", args=[self.room.pk])
        part = {"payment": "#money", "funds": "#money"}.get(family, "")
        return reverse("orders:order", args=[self.order_id]) + part


_OF_ORDER: Final = {"order", "payment", "shipment", "funds", "download", "service", "feedback"}


def timeline(reader: Reader, *, before: int | None = None) -> Timeline:
    """A page of what happened: the newest, or what was in front of the table's event `before`."""
    told = stream.outline(reader.room.pk, before=before or _NEWEST, without=_SAID, limit=EVENTS)
    beside = [*_caucus(reader), *_thread(reader)]
    first = told[0].seq if told else 1
    names = _names([*told, *(event for event, *_rest in beside)])
    entries = list(_fold(reader, told, names))
    entries += [_beside(reader, event, source, url, names) for event, source, url in beside]
    if first > 1:
        entries = [one for one in entries if one.at >= told[0].at]
    if before is not None and told:
        entries = [one for one in entries if one.at <= told[-1].at]
    entries.sort(key=lambda one: (one.at, _RANK[one.source]))
    return Timeline(entries, first if first > 1 else None)


# -- the table ---------------------------------------------------------------------------------------------


def _fold(reader: Reader, told: Iterable[Event], names: Mapping[str, str]) -> Iterator[Entry]:
    """Every step as it is; what was said between two of them as one entry."""
    for said, group in groupby(told, key=lambda event: event.kind == _SAID):
        events = list(group)
        if not said:
            yield from (_entry(reader, event, names) for event in events)
            continue
        who = dict.fromkeys(names.get(event.by or "", "") for event in events)
        entry = _entry(reader, events[0], names)
        last = events[-1].at if len(events) > 1 else None
        yield replace(
            entry,
            who=tuple(filter(None, who)),
            words=words.messages(len(events)),
            until=last,
            count=len(events),
        )


def _entry(reader: Reader, event: Event, names: Mapping[str, str]) -> Entry:
    said = words.of_event(event.kind, event.body) or Words("clock", _("Something else happened"))
    who = names.get(event.by or "", "")
    return Entry(event.at, event.kind, "table", (who,) if who else (), said, reader.url(event.kind))


def _names(events: Iterable[Event]) -> dict[str, str]:
    found = people.people_by_ids(UUID(event.by) for event in events if event.by)
    return {str(id): person.name for id, person in found.items()}


# -- what only some may see --------------------------------------------------------------------------------

Beside = tuple[Event, Source, str]


def _caucus(reader: Reader) -> Iterator[Beside]:
    """What the reader's own side decided for itself. A moderator has no side."""
    row = Stream.objects.filter(kind="caucus", scope=reader.room.pk, side=reader.side).first()
    if row is None:
        return
    for event in stream.outline(row.id, before=_NEWEST, without=_SAID, limit=_BESIDE):
        if event.kind != _SAID:
            yield event, "caucus", reverse("rooms:room", args=[reader.room.pk])


def _thread(reader: Reader) -> Iterator[Beside]:
    """The posts of the thread that was taken to this room, for whoever may read it."""
    thread = _origin(reader)
    if thread is None:
        return
    for event in stream.before(thread.pk, _NEWEST, limit=_BESIDE):
        if event.kind in _OF_THREAD:
            anchor = f"#p{event.seq}" if event.kind == _SAID else ""
            yield event, "thread", thread.get_absolute_url() + anchor


def _origin(reader: Reader) -> Thread | None:
    origin: Mapping[str, Any] = reader.room.origin or {}
    if origin.get("kind") != threads.KIND:
        return None
    try:
        return threads.thread_for(reader.user, UUID(origin["id"])).thread
    except wire.StreamUnknown:
        return None


def _beside(reader: Reader, event: Event, source: Source, url: str, names: Mapping[str, str]) -> Entry:
    who = names.get(event.by or "", "")
    said = _of_thread(event) if source == "thread" else words.of_event(event.kind, event.body)
    said = said or Words("clock", _("Something else happened"))
    return Entry(event.at, event.kind, source, (who,) if who else (), said, url, source == "caucus")


_OF_THREAD: Final = {"thread.opened", _SAID, "thread.moved", "thread.resolved", "thread.reopened"}


def _of_thread(event: Event) -> Words | None:
    match event.kind:
        case "thread.opened":
            subject = event.body.get("thread", {}).get("subject", "")
            return Words("messages-square", _("Asked a question"), subject)
        case "message.sent":
            by_mail = bool(event.body.get("mail"))
            text = _("Wrote by mail") if by_mail else _("Wrote on the site")
            return Words("mail" if by_mail else "message-square", text, _beginning(event.body))
        case "thread.moved":
            return Words("lock", _("Took the question to this private room"))
        case "thread.resolved":
            return Words("check", _("Marked the question as resolved"))
        case "thread.reopened":
            return Words("rotate-ccw", _("Opened the question again"))
    return None


_BEGINNING_CHARS: Final = 120


def _beginning(body: Mapping[str, Any]) -> str:
    text = " ".join(str(body.get("text", "")).split())
    return text if len(text) <= _BEGINNING_CHARS else text[: _BEGINNING_CHARS - 1].rstrip() + "…"
