"""The desk's pages: the list of deals, and one deal."""

from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.models import Listing
from desk import queries
from desk import stages as known
from desk.deal import deal_for
from negotiation_hub.people.models import User


@login_required
@require_safe
def deals(request: HttpRequest) -> HttpResponse:
    """All deals of the person's organisations, narrowed down by turn, stage, kind and words."""
    user = cast("User", request.user)
    wanted = queries.Wanted.of(request.GET)
    page = queries.deals_of(user, wanted)
    kept = {"view": wanted.turn, "stage": wanted.stage, "kind": wanted.kind, "q": wanted.words}
    context = {
        "page": page,
        "wanted": wanted,
        "counts": queries.counts_of(user),
        "stages": known.WORDS.items(),
        "kinds": Listing.Kind.choices,
        "query": urlencode({name: value for name, value in kept.items() if value}),
        "without_turn": urlencode({n: v for n, v in kept.items() if v and n != "view"}),
    }
    return render(request, "desk/deals.html", context)


@login_required
@require_safe
def deal(request: HttpRequest, room_id: UUID) -> HttpResponse:
    """One deal. `?before=` is the number of an event of the table: the steps in front of it."""
    user = cast("User", request.user)
    further = _number(request.GET.get("before", ""))
    whole = deal_for(user, room_id, before=further)
    return render(request, "desk/deal.html", {"whole": whole, "deal": whole.deal, "older": further})


_DIGITS_MAX = 18  # of a number that fits into the database's eight bytes


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX else None
