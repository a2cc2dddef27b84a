"""REST for rooms: opening one, reading its log and its evidence.

What is said and offered goes through the socket.
"""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from ninja import Router, Schema
from pydantic import ConfigDict

from negotiation_hub.kernel import clock, crypto, limits, stream, wire
from negotiation_hub.kernel.refusals import NotPermitted
from negotiation_hub.kernel.sending import Sent
from negotiation_hub.people import queries as people
from negotiation_hub.people.models import User
from rooms import attachments, mentioning, opening, past, preferences, queries, transcripts
from rooms.amending_api import router as amending
from rooms.buying_api import router as buying
from rooms.calling_off_api import router as calling_off
from rooms.files_api import router as files
from rooms.step_up_api import router as step_up

router = Router(tags=["rooms"])
router.add_router("", amending)
router.add_router("", buying)
router.add_router("", calling_off)
router.add_router("", files)
router.add_router("", step_up)
ROOMS_PAGE = 50


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


class OpenRoom(Schema):
    """Which listing to negotiate about."""

    model_config = ConfigDict(extra="forbid")

    listing: UUID


@router.post("/rooms")
def open_room(request: Person, payload: OpenRoom) -> dict[str, Any]:
    """Opens a room about a listing, or returns the open one that you have."""
    room = opening.open_room(actor=request.auth, listing_id=payload.listing, now=clock.now())
    return _room(queries.Seat(room, "buyer"))


@router.get("/rooms")
def list_rooms(request: Person, before: UUID | None = None, limit: int = ROOMS_PAGE) -> dict[str, Any]:
    """Your organisations' rooms, newest first."""
    ours = [organisation.pk for organisation in people.organisations_of(request.auth)]
    rooms = queries.rooms_of(request.auth, ours, before=before, limit=min(max(limit, 1), ROOMS_PAGE))
    return {"rooms": [{**queries.room_view(room), "status": room.status} for room in rooms]}


@router.get("/rooms/{room_id}")
def get_room(request: Person, room_id: UUID) -> dict[str, Any]:
    """A room, the streams of it that you may open, and the state of its table."""
    return _room(queries.room_for(request.auth, room_id))


@router.get("/rooms/{room_id}/events")
def list_events(
    request: Person, room_id: UUID, after: int = 0, limit: int = limits.HISTORY_EVENTS_MAX
) -> Any:
    """The table's events behind the number `after`, oldest first."""
    row, _ = queries.stream_for(request.auth, room_id)
    page = min(max(limit, 1), limits.HISTORY_EVENTS_MAX)
    events = [_plain(event) for event in stream.after(row.id, max(after, 0), limit=page)]
    return {"events": events, "head": max(row.head_seq, events[-1]["seq"] if events else 0)}


@router.get("/rooms/{room_id}/people")
def list_people(request: Person, room_id: UUID, caucus: bool = False) -> dict[str, Any]:
    """Whom you may name with @ at the table, or in your side's caucus."""
    found = queries.room_for(request.auth, room_id)
    people = mentioning.nameable(found.room, found.side, caucus=caucus)
    return {"people": [{"id": person, "name": name} for person, name in people.items()]}


@router.get("/rooms/{room_id}/scores")
def get_scores(request: Person, room_id: UUID) -> dict[str, Any]:
    """What each offer earns by what your side wants, in basis points. For your side alone."""
    return preferences.scores(queries.room_for(request.auth, room_id))


@router.get("/rooms/{room_id}/evidence")
def get_evidence(request: Person, room_id: UUID) -> dict[str, Any]:
    """Everything an outsider needs to check the table: events with salts, signed heads, public keys.

    `files` are those of its messages, which name their SHA-256; their bytes are at `/rooms/{id}/files/{id}`.
    """
    row, _ = queries.stream_for(request.auth, room_id)
    sent = [{"seq": one.seq, **attachments.view(one)} for one in attachments.sent(row.id)]
    return {**queries.evidence(row), "files": sent, "keys": crypto.public_keys()}


@router.get("/rooms/{room_id}/whispers")
def list_whispers(request: Person, room_id: UUID) -> dict[str, Any]:
    """What you have whispered here as a moderator, oldest first: to whom, what, when."""
    found = queries.room_for(request.auth, room_id)
    if found.side != "moderator":
        raise NotPermitted
    return {"whispers": queries.whispers_of(request.auth, found.room)}


@router.get("/rooms/{room_id}/at/{seq}")
def get_past(request: Person, room_id: UUID, seq: int) -> dict[str, Any]:
    """The table as it was at one of its events: its state, and the newest events up to there."""
    found = past.table_at(request.auth, room_id, seq)
    return past.view(found, [_plain(event) for event in found.events])


@router.get("/rooms/{room_id}/transcript.json")
def get_transcript(request: Person, room_id: UUID, of: transcripts.Of = "table") -> HttpResponseBase:
    """The table, or your own side's caucus, as a signed file that anybody can check (docs/transcript.md)."""
    made = transcripts.make(request.auth, room_id, of, clock.now())
    name = transcripts.name_of(room_id, of, "json")
    return Sent(transcripts.pieces(made.file), name=name, media="application/json")


def _room(found: queries.Seat) -> dict[str, Any]:
    return {
        "id": str(found.room.pk),
        "side": found.side,
        "streams": queries.streams_of(found),
        "state": queries.table_state(found.room),
    }


def _plain(event: stream.Event) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(wire.event_json(event))
    return plain
