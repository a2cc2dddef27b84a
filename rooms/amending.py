"""Amendments: what a room's sides offer after they have agreed, while their order is on its way.

They go by the same machine as any offer. The agreement in force stays so until one is accepted.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from orders import services as orders
from orders.facts import AgreementFacts
from rooms import framing, goods, wire
from rooms.models import Room
from rooms.negotiation import Status

if TYPE_CHECKING:
    from rooms.table import Table


def in_force(room: Room) -> UUID | None:
    """The agreement that would be amended now; None where nothing can be."""
    found = orders.amendable(room.pk)
    return None if found is None else found[1]


def check(table: "Table", asked: wire.OfferTerms, packages: Sequence[dict[str, Any]]) -> None:
    """Nothing, for an offer that amends nothing, or one that could be accepted now in each of its packages.

    Raises NotAmendable, AmendmentTax, AmendmentTooLittle, AmendmentSuperseded.
    """
    if table.amends is None:
        if table.room.status == Status.ORDERED:
            with framing.in_words_of(table.actor):
                raise orders.why_not(table.room.pk)
        return
    for place, package in enumerate(packages):
        facts = AgreementFacts(
            agreement_id=table.room.pk,
            room_id=table.room.pk,
            buyer_id=table.room.buyer_id,
            seller_id=table.room.seller_id,
            buyer_person=None,
            title=table.room.title,
            currency=asked.currency,
            tax_basis=asked.tax_basis,
            tax_rate_bp=asked.tax_rate_bp,
            lines=goods.line_facts(table.room, package["lines"]),
            issues=package["issues"],
            net=package["net"],
            tax=package["tax"],
            gross=package["gross"],
            terms_hash=package["hash"],
            offer_version=0,
            package=place,
        )
        orders.check_amendment(facts=facts, amends=table.amends)
