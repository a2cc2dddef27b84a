"""The page that searches all rooms of a person."""

from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from negotiation_hub.kernel.limits import ROOM_SEARCH_ROOMS_MAX, SEARCH_CHARS_MAX
from negotiation_hub.people.models import User
from rooms import queries
from rooms.search import find


@login_required
@require_safe
def search_rooms(request: HttpRequest) -> HttpResponse:
    """Hits with the way into the room, at that message. `?room=` narrows down to one."""
    user = cast("User", request.user)
    words = request.GET.get("q", "")[:SEARCH_CHARS_MAX]
    room_id = _uuid(request.GET.get("room", ""))
    room = None if room_id is None else queries.room_for(user, room_id).room
    after = find.after_of(request.GET.get("cursor"))
    kept = {"q": words, "room": "" if room is None else str(room.pk)}
    context = {
        "words": words,
        "room": room,
        "found": find.find(actor=user, text=words, room=room_id, after=after) if words.strip() else None,
        "further": after is not None,
        "query": urlencode({name: value for name, value in kept.items() if value}),
        "rooms_max": ROOM_SEARCH_ROOMS_MAX,
    }
    response = render(request, "rooms/search.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
