"""The page of a frame agreement. It works without JavaScript."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User
from negotiation_hub.people.queries import memberships_of
from orders import frames, hooks, wording
from orders.frames import LineState, Step
from orders.next_step import next_step
from orders.order_facts import Facts
from orders.parts import decimal_text
from orders.queries import for_lists

ROWS = 50  # call-offs on a page, and frame agreements above the list of orders


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a frame agreement in words of the active language."""

    title: str
    volume: str
    called: str
    left: str
    percent: int  # of the volume that is called off, rounded down
    prices: list[tuple[str, str, bool]]  # for which pieces, what one costs, and whether the next one does


def row_of(state: LineState, currency: str) -> Row:
    """The line in words."""
    unit = state.line.unit
    return Row(
        title=state.line.title,
        volume=wording.quantity(state.line.volume, unit),
        called=wording.quantity(decimal_text(state.called), unit),
        left=wording.quantity(decimal_text(state.left), unit),
        percent=int(state.called * 100 / state.volume),
        prices=[
            (_pieces(step, unit), wording.amount(step.unit_price, currency), step.now)
            for step in state.steps()
        ],
    )


def listed(person: User, words: str) -> list[dict[str, Any]]:
    """The frame agreements above the list of orders, newest first; with `words` the one of that number."""
    mine = {member.organisation_id for member in memberships_of(person)}
    found = frames.frames_of(person)
    if words:
        found = found.filter(number__iexact=words)
    now, shown, page = clock.now(), [], list(found[:ROWS])
    states = frames.lines_of_all(page)
    for row in page:
        percent = max((int(one.called * 100 / one.volume) for one in states[row.pk]), default=0)
        is_over, sells = frames.is_over(row, now), row.seller_id in mine
        shown.append({"frame": row, "is_over": is_over, "sells": sells, "percent": percent})
    return shown


@login_required
@require_safe
def frame(request: HttpRequest, frame_id: UUID) -> HttpResponse:
    """One frame agreement: what is left of it, what the next piece costs, and what was called off."""
    person = request.user
    assert isinstance(person, User)  # noqa: S101 - login_required has made sure
    found = frames.frame_for(person, frame_id)
    rows = list(for_lists(frames.orders_of_frame(found))[:ROWS])
    context = {
        "frame": found,
        "is_over": frames.is_over(found, clock.now()),
        "rows": [row_of(state, found.currency) for state in frames.lines_of(found)],
        "calls": [{"order": row, "step": next_step(Facts.of(row))} for row in rows],
        "panels": hooks.panels_of_frame(found, person, request),
    }
    response = render(request, "orders/frame.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _pieces(step: Step, unit: str) -> str:
    start, end = (wording.quantity(decimal_text(one), unit) for one in (step.start, step.end))
    if not step.start:
        return _("The first %(end)s") % {"end": end}
    return _("After %(start)s, up to %(end)s") % {"start": start, "end": end}
