"""Received orders and their answers, for tests."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from feedback import services
from feedback.models import Answer, Invitation
from negotiation_hub.people import services as people
from negotiation_hub.people.models import User
from tests import mailbox
from tests.orders.deal import START, Deal

FINE: dict[str, Any] = {"product": "yes", "delivery": 5, "negotiation": 4}
BAD: dict[str, Any] = {"product": "no", "delivery": 1, "negotiation": 2, "better": "Two of them leak."}


def received(deal: Deal) -> Invitation:
    """The buyer of the deal has the goods, and is asked."""
    deal.sent()
    deal.receive()
    return Invitation.objects.get(order=deal.order_id)


def give(deal: Deal, invitation: Invitation, *, may_contact: bool = True, **values: Any) -> Answer:
    """The buyer answers, and all that follows happens."""
    given = services.answer(
        actor=invitation.person,
        invitation_id=invitation.pk,
        values={**FINE, **values},
        may_contact=may_contact,
        now=deal.now,
    )
    deal.work()
    return given


def link(deal: Deal, person: User | None = None, *, to: str = "/feedback/") -> str:
    """The path in the newest mail that asks this person."""
    mails = mailbox.mails((person or deal.ben).email, saying=to)[::-1]
    text: str = mails[0].text
    lines = [line for line in text.splitlines() if to in line]
    stops = [line for line in lines if "/feedback/stop/" in line]
    line = stops[0] if "stop" in to else next(line for line in lines if line not in stops)
    return "/" + line.split("/", 3)[3]


def changed(link: str) -> str:
    """The link with another character in its signature; the last one has bits that mean nothing."""
    place = link.index(".") + 20
    return link[:place] + ("A" if link[place] != "A" else "B") + link[place + 1 :]


@dataclass
class Deals:
    """More buyers for the seller of a deal, each with a company of their own."""

    deal: Deal
    number: int = 0

    def another(self, *, buyer: UUID | None = None, person: User | None = None) -> Invitation:
        """A further buyer receives an order, and is asked."""
        self.number += 1
        if person is None:
            person = people.sign_up(
                email=f"buyer-{self.number}@example.test",
                name=f"Buyer {self.number}",
                password=None,
                now=START,
            )
            company = people.create_organisation(actor=person, name=f"Company {self.number}", now=START)
            buyer = company.pk
        deal = self.deal
        before = (deal.ben, deal.order_id)
        deal.ben = person
        deal.order_id = deal.agree(buyer_id=buyer, buyer_person=person.pk).pk
        invitation = received(deal)
        deal.ben, deal.order_id = before
        return invitation

    def answered(self, count: int, **values: Any) -> list[Answer]:
        """So many further buyers receive and answer."""
        return [give(self.deal, self.another(), **values) for _ in range(count)]


@pytest.fixture
def deals(deal: Deal) -> Deals:
    """Further buyers on demand."""
    return Deals(deal)
