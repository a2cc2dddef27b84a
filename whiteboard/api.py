"""REST for boards: as a file that Excalidraw opens, as a picture, and the evidence of how it came to be."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from negotiation_hub.kernel import clock, crypto
from negotiation_hub.kernel import limits as kernel_limits
from negotiation_hub.kernel.models import Stream
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from rooms import queries as rooms
from whiteboard import images, limits, past, picture, pictures, queries, scenes, wire

router = Router(tags=["boards"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


@router.get("/rooms/{room_id}/board.excalidraw")
def get_scene(request: Person, room_id: UUID, layer: bool = False) -> HttpResponse:
    """What is on the room's board now, or on the layer of one's own side, as an `.excalidraw` file."""
    board = queries.board_for(request.auth, room_id, layer=layer)
    answer = HttpResponse(scenes.export(board, source=settings.PUBLIC_URL), content_type=scenes.MEDIA_TYPE)
    answer["Content-Disposition"] = 'attachment; filename="board.excalidraw"'
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.post("/rooms/{room_id}/board.excalidraw", response={201: dict[str, int]})
def put_scene(request: Person, room_id: UUID, layer: bool = False) -> Status[dict[str, int]]:
    """Puts an `.excalidraw` file on top of what is on the board: as the body, or as `file` of a form."""
    upload = request.FILES.get("file") if request.content_type == "multipart/form-data" else request
    data = b"" if upload is None else upload.read(limits.SCENE_BYTES_MAX + 1)
    count = scenes.import_scene(actor=request.auth, room_id=room_id, data=data, now=clock.now(), layer=layer)
    return Status(201, {"elements": count})


@router.get("/rooms/{room_id}/board.png")
def get_picture(request: Person, room_id: UUID, layer: bool = False) -> HttpResponse:
    """What is on the room's board now, or on the layer of one's own side, drawn by the server."""
    board = queries.board_for(request.auth, room_id, layer=layer)
    elements = queries.shown_on(board)
    data = pictures.png(elements, queries.content_hash(elements), board=None if board is None else board.pk)
    answer = HttpResponse(data, content_type=picture.MEDIA_TYPE)
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@router.post("/rooms/{room_id}/board/images")
def put_image(
    request: Person, room_id: UUID, name: Form[wire.ImageName], file: File[UploadedFile], layer: bool = False
) -> dict[str, Any]:
    """Puts a picture up for the board: elements of kind `image` show it by this name, their `fileId`."""
    row = images.put_up(
        actor=request.auth,
        room_id=room_id,
        name=name,
        data=file.read(kernel_limits.FILE_BYTES_MAX + 1),
        now=clock.now(),
        layer=layer,
    )
    return images.view(row)


@router.get("/rooms/{room_id}/board/images/{name}")
def get_image(request: Person, room_id: UUID, name: str, layer: bool = False) -> HttpResponse:
    """A picture of the board, as it was drawn anew."""
    row = images.readable(request.auth, room_id, name, layer=layer)
    answer = HttpResponse(images.content(row), content_type=row.media_type)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, max-age=3600, immutable"
    return answer


@router.get("/rooms/{room_id}/board/at/{seq}")
def get_past(request: Person, room_id: UUID, seq: int) -> dict[str, Any]:
    """The board as it was at event `seq` of the table: all that was shown, the lowest of the pile first."""
    found = past.board_at(request.auth, room_id, seq)
    return {"seq": seq, "board": found.seq, "elements": [orjson.loads(text) for text in found.elements]}


@router.get("/rooms/{room_id}/board/versions")
def get_versions(request: Person, room_id: UUID, layer: bool = False) -> dict[str, Any]:
    """What was saved of the board under a name, and what agreements froze, the newest first."""
    board = queries.board_for(request.auth, room_id, layer=layer)
    found = [] if board is None else queries.versions_of(board)
    return {"versions": [queries.version_view(version) for version in found]}


@router.get("/rooms/{room_id}/board/events")
def get_events(
    request: Person, room_id: UUID, after: Annotated[int, Query(ge=0)] = 0, layer: bool = False
) -> dict[str, Any]:
    """What happened on the board behind its event `after`, oldest first: a page, to play it again."""
    return past.played(request.auth, room_id, after, layer=layer)


@router.get("/rooms/{room_id}/board/evidence")
def get_evidence(request: Person, room_id: UUID, layer: bool = False) -> dict[str, Any]:
    """Everything an outsider needs to check the board: events with salts, signed heads, public keys."""
    board = queries.board_for(request.auth, room_id, layer=layer)
    if board is None:
        raise NotFound
    return {**rooms.evidence(Stream.objects.get(id=board.pk)), "keys": crypto.public_keys()}
