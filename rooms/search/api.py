"""REST: searching what was said and offered."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from negotiation_hub.kernel import clock
from negotiation_hub.kernel.limits import SEARCH_CHARS_MAX
from negotiation_hub.people.models import User
from rooms.search import find

router = Router(tags=["rooms"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


class RoomOut(Schema):
    id: UUID
    title: str


class AuthorOut(Schema):
    id: UUID
    name: str


class PartOut(Schema):
    """Plain text; `hit` where it is what was asked for."""

    text: str
    hit: bool


class HitOut(Schema):
    room: RoomOut
    stream: UUID
    lane: str
    seq: int
    latest: int
    kind: str
    version: int | None
    by: AuthorOut | None
    at: str
    snippet: list[PartOut]
    url: str


class FoundOut(Schema):
    hits: list[HitOut]
    next: str | None
    behind: bool
    rooms_left_out: bool


@router.get("/rooms/search", response=FoundOut, summary="Search what was said and offered")
def search_rooms(
    request: Person,
    q: Annotated[str, Query(description=f"words, of which {SEARCH_CHARS_MAX} characters count")],
    room: Annotated[UUID | None, Query(description="only this room")] = None,
    cursor: Annotated[
        str | None,
        Query(
            pattern=f"^{find.CURSOR}$", description="`next` of the page before, asked for with the same words"
        ),
    ] = None,
) -> dict[str, Any]:
    """In a room, or in your 500 newest rooms; 20 hits, the best and then the newest first. All words must
    be there, side by side those in quotes; the last may be the beginning of one. Of tables that you may
    read, and of your own side's caucus. `lane` is `table` or `caucus`, `kind` `message`, `offer` or
    `approval`; `seq` is the event's number, `latest` that of its last correction. `behind`: the newest was
    not read in yet. `rooms_left_out`: you have more rooms than are searched.
    """
    found = find.find(actor=request.auth, text=q, room=room, after=find.after_of(cursor))
    return {
        "hits": [_plain(hit) for hit in found.hits],
        "next": found.next,
        "behind": found.behind,
        "rooms_left_out": found.rooms_left_out,
    }


def _plain(hit: find.Hit) -> dict[str, Any]:
    return {
        "room": {"id": hit.room.pk, "title": hit.room.title},
        "stream": hit.stream,
        "lane": hit.lane,
        "seq": hit.seq,
        "latest": hit.latest,
        "kind": hit.kind,
        "version": hit.version,
        "by": hit.by and {"id": hit.by.pk, "name": hit.by.name},
        "at": clock.text(hit.at),
        "snippet": [part._asdict() for part in hit.parts],
        "url": hit.url,
    }
