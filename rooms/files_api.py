"""REST for files in what is said: put one up, take it back, read it. A message sends it over the socket."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import File, Form, Router
from ninja.files import UploadedFile

from negotiation_hub.kernel import clock, limits, pictures
from negotiation_hub.people.models import User
from rooms import attachments
from rooms.models import Attachment

router = Router(tags=["files"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


@router.post("/rooms/{room_id}/files")
def upload_file(
    request: Person,
    room_id: UUID,
    id: Form[UUID],
    stream: Form[UUID],
    file: File[UploadedFile],
) -> dict[str, Any]:
    """Puts a file up for a message of this stream, under an id that you make; `message.attach` sends it.

    The same again gives the same answer. What is not sent within a day is removed.
    """
    row = attachments.upload(
        actor=request.auth,
        room_id=room_id,
        stream_id=stream,
        id=id,
        data=file.read(limits.FILE_BYTES_MAX + 1),
        name=file.name or "",
        now=clock.now(),
    )
    return attachments.view(row)


@router.delete("/rooms/{room_id}/files/{file_id}", response={204: None})
def withdraw_file(request: Person, room_id: UUID, file_id: UUID) -> HttpResponse:
    """Removes a file that you put up and have not sent."""
    attachments.withdraw(actor=request.auth, room_id=room_id, id=file_id)
    return HttpResponse(status=204)


@router.get("/rooms/{room_id}/files/{file_id}")
def get_file(request: Person, room_id: UUID, file_id: UUID) -> HttpResponse:
    """The bytes of a file: a picture to be looked at, a document to be kept."""
    row = attachments.readable(actor=request.auth, room_id=room_id, id=file_id)
    return _served(row, small=False)


@router.get("/rooms/{room_id}/files/{file_id}/thumbnail")
def get_thumbnail(request: Person, room_id: UUID, file_id: UUID) -> HttpResponse:
    """The small one of a picture."""
    row = attachments.readable(actor=request.auth, room_id=room_id, id=file_id)
    return _served(row, small=True)


def _served(row: Attachment, *, small: bool) -> HttpResponse:
    # Nothing that somebody uploaded may act on this site: a browser keeps it, or shows a picture drawn by us.
    keep = row.media_type != pictures.MEDIA_TYPE
    answer = HttpResponse(attachments.content(row, small=small), content_type=row.media_type)
    answer["Content-Disposition"] = content_disposition_header(keep, row.name) or "attachment"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer
