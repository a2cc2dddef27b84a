"""The picture of a board, for the room's page and for whoever wants to print it."""

import re
from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from negotiation_hub.kernel.models import File
from negotiation_hub.kernel.refusals import NotFound
from negotiation_hub.people.models import User
from whiteboard import limits, past, picture, pictures, queries
from whiteboard.models import Board

_NUMBER: Final = re.compile(r"[0-9]{1,15}")


class PersonRequest(HttpRequest):
    """A request of a person who signed in."""

    user: User


@login_required
@require_safe
def show_picture(request: PersonRequest, room_id: UUID) -> HttpResponse:
    """The version frozen last as PNG, or with `?seq=` that of a number; else the board as it is now.

    `?at=` is the number of an event of the table: the board as it was then; 204 when nothing was on it.
    """
    if (moment := request.GET.get("at")) is not None:
        if not _NUMBER.fullmatch(moment):
            raise NotFound
        shown = past.board_at(request.user, room_id, int(moment)).elements
        if not shown:
            return HttpResponse(status=204)
        return _picture(request, queries.board_for(request.user, room_id), queries.together(shown))
    board = queries.board_for(request.user, room_id)
    seq = request.GET.get("seq")
    if seq is not None and not _NUMBER.fullmatch(seq):
        raise NotFound
    version = queries.frozen(board, None if seq is None else int(seq))
    if version is None and seq is not None:
        raise NotFound
    elements = queries.shown_on(board) if version is None else version.elements
    return _picture(request, board, elements, None if version is None else version.picture)


@login_required
@require_safe
def show_thumbnail(request: PersonRequest, room_id: UUID) -> HttpResponse:
    """A small picture of the board as it is now; 204 while nothing is on it."""
    board = queries.board_for(request.user, room_id)
    if board is None or not board.shown:
        return HttpResponse(status=204)
    return _picture(request, board, queries.shown_on(board), longest=limits.THUMBNAIL_PX_MAX)


def _picture(
    request: HttpRequest,
    board: Board | None,
    elements: str,
    stored: File | None = None,
    longest: int | None = None,
) -> HttpResponse:
    content = queries.content_hash(elements)
    etag = quote_etag(content)
    unchanged = get_conditional_response(request, etag=etag)
    if isinstance(unchanged, HttpResponseNotModified):
        return unchanged
    data = pictures.png(
        elements, content, board=None if board is None else board.pk, stored=stored, longest=longest
    )
    answer = HttpResponse(data, content_type=picture.MEDIA_TYPE)
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
