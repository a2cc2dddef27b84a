"""REST for boards: the scene as a file that Excalidraw opens, and the evidence of how it came to be."""

from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router

from negotiation_hub.kernel import crypto
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from rooms import queries as rooms
from whiteboard import past, queries

router = Router(tags=["boards"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


@router.get("/rooms/{room_id}/board.excalidraw")
def get_scene(request: Person, room_id: UUID) -> HttpResponse:
    """What is on the room's board now, as an `.excalidraw` file."""
    board = queries.board_for(request.auth, room_id)
    answer = HttpResponse(
        queries.scene(queries.shown_on(board), source=settings.PUBLIC_URL), content_type="application/json"
    )
    answer["Content-Disposition"] = 'attachment; filename="board.excalidraw"'
    answer["Cache-Control"] = "private, no-cache"
    return answer


@router.get("/rooms/{room_id}/board/at/{seq}")
def get_past(request: Person, room_id: UUID, seq: int) -> dict[str, Any]:
    """The board as it was at event `seq` of the table: all that was shown, the lowest of the pile first."""
    found = past.board_at(request.auth, room_id, seq)
    return {"seq": seq, "board": found.seq, "elements": [orjson.loads(text) for text in found.elements]}


@router.get("/rooms/{room_id}/board/evidence")
def get_evidence(request: Person, room_id: UUID) -> dict[str, Any]:
    """Everything an outsider needs to check the board: events with salts, signed heads, public keys."""
    board = queries.board_for(request.auth, room_id)
    if board is None:
        raise NotFound
    return {**rooms.evidence(Stream.objects.get(id=board.pk)), "keys": crypto.public_keys()}
