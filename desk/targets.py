"""What reports and findings are about: the words at the table, as they are there now, and the way to them.

Nothing of it is copied into the queue: what is removed from the log is gone here as well.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from desk import scorer
from desk.models import ReviewItem
from negotiation_hub.kernel import stream
from rooms.models import Participant, Room


@dataclass(frozen=True, slots=True)
class Place:
    """A message, an offer, a person or the room. `seq` is the number of its event, if it has one."""

    what: str  # message, offer, person, room
    name: str  # the number, the version, the person's name
    seq: int | None
    words: tuple[str, ...]  # all versions of a message, or what an offer says, the newest last
    removed: bool
    url: str


def places(room: Room, names: Iterable[str]) -> dict[str, Place]:
    """The places with these names, such as `message 17`."""
    return {name: _place(room, name) for name in set(names)}


def _place(room: Room, target: str) -> Place:
    what, _, key = target.partition(" ")
    url = reverse("rooms:room", args=[room.pk])
    if what == "message":
        words = _said(room.pk, int(key))
        return Place(what, key, int(key), tuple(words), not words, f"{url}#m{key}")
    if what == "offer":
        seq, written = _offered(room, int(key))
        return Place(what, key, seq, tuple(written), removed=False, url=f"{url}#m{seq}")
    if what == "person":
        seat = Participant.objects.filter(room=room, user=UUID(key)).select_related("user").first()
        return Place(what, seat.user.name if seat is not None else "", None, (), removed=False, url=url)
    return Place("room", room.title, None, (), removed=False, url=url)


def _said(room_id: UUID, seq: int) -> list[str]:
    """What a message said, and each of its corrections; nothing once it was removed."""
    said = stream.at(room_id, seq)
    if said is None or said.content is None:
        return []
    edits = stream.of_kinds(room_id, "message.edited", since=seq)
    later = [edit.body for edit in edits if edit.content is not None and edit.body.get("message") == seq]
    return [said.body["text"], *(body["text"] for body in later)]


def _offered(room: Room, version: int) -> tuple[int | None, list[str]]:
    kinds = ("offer.proposed", "offer.countered", "offer.superseded")
    told = stream.of_kinds(room.pk, *kinds, since=0)
    event = next((one for one in told if one.body["offer"]["version"] == version), None)
    return (None, []) if event is None else (event.seq, [scorer.said_in(event.kind, event.body)])


def all_removed(item: ReviewItem) -> bool:
    """Whether everything that an item is about is gone from the log. People and offers never are."""
    names = {*item.reports.values_list("target", flat=True), *item.findings.values_list("target", flat=True)}
    return bool(names) and all(place.removed for place in places(item.room, names).values())


def explained(place: Place, *, guest: bool) -> list[scorer.Fit]:
    """The rules that fit somewhere in what somebody, a `guest` or not, said, each once, heaviest first."""
    found: Mapping[str, scorer.Fit] = {
        fit.rule.name: fit for words in place.words for fit in scorer.explained(words, guest=guest)
    }
    return sorted(found.values(), key=lambda fit: -fit.rule.points)
