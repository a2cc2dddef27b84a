"""REST for the desk: the deals of one's organisations."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from desk import queries
from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User

router = Router(tags=["desk"])


class Person(HttpRequest):
    """A request that was authenticated."""

    auth: User


@router.get("/deals")
def list_deals(request: Person, after: UUID | None = None) -> dict[str, Any]:
    """At most 50 deals of your organisations, newest first; `after` is the last room of the page before."""
    deals = queries.deals_of(request.auth, after=after)
    return {"deals": [_plain(deal) for deal in deals]}


def _plain(deal: queries.Deal) -> dict[str, Any]:
    return {
        "room": str(deal.room_id),
        "order": deal.order_id and str(deal.order_id),
        "title": deal.title,
        "side": deal.side,
        "counterpart": deal.counterpart,
        "stage": deal.stage,
        "turn": deal.turn,
        "total": deal.total and {"minor": deal.total.minor, "currency": deal.total.currency},
        "until": deal.until and clock.text(deal.until),
        "opened_at": clock.text(deal.at),
    }
