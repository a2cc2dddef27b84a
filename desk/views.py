"""The desk's pages."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from desk import queries
from negotiation_hub.people.models import User


@login_required
@require_safe
def deals(request: HttpRequest) -> HttpResponse:
    """All deals of the person's organisations, those that wait for them first to see."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required has made sure
    try:
        after = UUID(request.GET["after"])
    except (KeyError, ValueError):
        after = None
    rows = queries.deals_of(request.user, after=after)
    view = request.GET.get("view", "")
    shown = [row for row in rows if row.turn == view] if view in {"ours", "theirs"} else rows
    context = {
        "deals": shown,
        "any": bool(rows),
        "view": view,
        "ours": sum(row.turn == "ours" for row in rows),
        "theirs": sum(row.turn == "theirs" for row in rows),
        "held": queries.held_by(request.user),
        "next": rows[-1].room_id if len(rows) == queries.PAGE else None,
    }
    return render(request, "desk/deals.html", context)
