"""A request that the demo's buyer has written and not sent: whoever plays the buyer can."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from negotiation_hub.kernel import commit
from negotiation_hub.people import demo, queries
from rooms import requests
from rooms.request_models import Request

REQUEST: Final = UUID("019c0000-0000-7000-8000-0e0000000001")
_SELLERS: Final = ("seller", "stranger")
_ANSWERS_WITHIN: Final = timedelta(days=14)
_NEEDED_AFTER: Final = timedelta(days=60)


def make_request(*, now: datetime) -> None:
    """Writes it, unless it was written before, whatever has become of it since."""
    if Request.objects.filter(pk=REQUEST).exists():
        return
    buyer = demo.user_of("buyer", now=now)
    wanted = requests.Wanted(
        title="Six booster pumps for the station in Alagón",
        text="They replace what stands there since 1998.\n\nThe house has **3 × 400 V** and a crane.\n\n"
        "- 12 m³/h each at 45 m\n- stainless steel, with a mechanical seal",
        lines=[
            {"title": "Booster pump, 12 m³/h at 45 m", "quantity": "6", "unit": "C62"},
            {"title": "Start-up on site", "quantity": "2", "unit": "DAY"},
        ],
        currency="EUR",
        needed_by=(now + _NEEDED_AFTER).date(),
        answers_until=(now + _ANSWERS_WITHIN).date(),
    )
    with commit.transact():
        requests.write_request(actor=buyer, wanted=wanted, request_id=REQUEST, now=now)
        for key in _SELLERS:
            seller = queries.acting_organisation(demo.user_of(key, now=now))
            requests.add_seller(actor=buyer, request_id=REQUEST, seller_id=seller.pk, now=now)
