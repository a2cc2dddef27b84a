"""Pages of rooms: the door, and the room itself."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from catalog import attribution
from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User
from rooms import opening, queries, request_queries


class PersonRequest(HttpRequest):
    """A request of a person who signed in."""

    user: User


@login_required
@require_POST
def open_room(request: PersonRequest) -> HttpResponse:
    """The button "Negotiate" of a listing. A second click finds the room that the first one opened."""
    try:
        listing_id = UUID(request.POST.get("listing", ""))
    except ValueError:
        return redirect("catalog:listings")
    now = clock.now()
    room = opening.open_room(actor=request.user, listing_id=listing_id, now=now)
    if room.opened_at == now:  # a room that was there before came of no visit of today
        attribution.attribute(request.session, room.pk, listing_id, now)
    return redirect("rooms:room", room_id=room.pk)


@login_required
def show_room(request: PersonRequest, room_id: UUID) -> HttpResponse:
    """The room. Its content comes over the socket; the page says which streams to open."""
    found = queries.room_for(request.user, room_id)
    context = {"room": found.room, "side": found.side, "streams": queries.streams_of(found)}
    if found.side == "buyer" and found.room.asked is not None:
        context["request_id"] = request_queries.request_of(request.user, found.room.pk)
    return render(request, "rooms/room.html", context)
