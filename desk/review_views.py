"""The moderators' pages: the wall of live rooms, the review queue, and one item of it."""

from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import limits, moderation, queue, queue_queries, report_kinds
from desk.machine import Status
from desk.review_words import DECISIONS, STATUSES, WHY
from desk.risk import REASONS
from negotiation_hub.kernel import clock
from negotiation_hub.kernel.refusals import NotFound, Refusal
from negotiation_hub.people.models import User

_UNCHANGED = 204


@login_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The open negotiations, the riskiest first. The page asks for itself again every second.

    It says by a header what it shows: as long as that is still true, there is nothing to answer.
    """
    why = request.GET.get("why", "")
    found = moderation.live_rooms(_user(request), clock.now(), why if why in REASONS else "")
    if request.headers.get("X-Seen") == found.digest:
        response = HttpResponse(status=_UNCHANGED)
    else:
        context = {
            "live": found,
            "refresh_s": limits.WALL_LOOK_S,
            "reasons": {key: _(words) for key, words in WHY.items()},
            "waiting": queue_queries.waiting(_user(request)),
        }
        response = render(request, "desk/live.html", context)
    response["X-As-Of"] = found.at.isoformat()
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_safe
def review_queue(request: HttpRequest) -> HttpResponse:
    """What was reported and found, by status and kind."""
    wanted = queue_queries.Wanted.of(request.GET.dict())
    page = queue_queries.page_of(_user(request), wanted, clock.now())
    kept = {"status": wanted.status, "kind": wanted.kind, "mine": "1" if wanted.mine else ""}
    context = {
        "page": page,
        "wanted": wanted,
        "statuses": {key.value: _(words) for key, words in STATUSES.items()},
        "kinds": {kind.name: _(kind.words) for kind in report_kinds.KINDS},
        "query": urlencode({name: value for name, value in kept.items() if value}),
    }
    return render(request, "desk/queue.html", context)


@login_required
@require_safe
def review_item(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """One item: what it is about, its history, and what can be done."""
    whole = queue_queries.item_for(_user(request), item_id, clock.now())
    return render(request, "desk/review_item.html", _context(request, whole))


@login_required
@require_POST
def claim(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The button "Claim"."""
    return _done(request, item_id, queue.claim)


@login_required
@require_POST
def release(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The button "Give back"."""
    return _done(request, item_id, queue.release)


@login_required
@require_POST
def decide(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """The form with the decision."""
    version = request.POST.get("version", "")
    given = {
        "decision": request.POST.get("decision", ""),
        "reason": request.POST.get("reason", ""),
        "version": int(version) if version.isascii() and version.isdigit() and len(version) <= 9 else -1,  # noqa: PLR2004 - digits of a 32-bit number
    }
    return _done(request, item_id, queue.decide, **given)


def _done(request: HttpRequest, item_id: UUID, service: Any, **given: Any) -> HttpResponse:
    try:
        service(item_id=item_id, actor=_user(request), now=clock.now(), **given)
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, _(refusal.message))
    return redirect("desk:review_item", item_id=item_id)


def _context(request: HttpRequest, whole: queue_queries.Whole) -> dict[str, Any]:
    item = whole.item
    pending = item.status == Status.PENDING
    mine = whole.held and item.claimed_by_id == _user(request).pk
    kinds = {kind.name: _(kind.words) for kind in report_kinds.KINDS}
    decisions = {key: _(words) for key, words in DECISIONS.items() if key != "delete" or whole.all_removed}
    return {
        "whole": whole,
        "item": item,
        "kind": kinds.get(item.kind, item.kind),
        "status": _(STATUSES[Status(item.status)]),
        "pending": pending,
        "mine": pending and mine,
        "free": pending and not whole.held,
        "decisions": decisions,
    }


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
