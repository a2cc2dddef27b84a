"""What the database filters and counts by is what the rows say."""

from collections.abc import Callable

import pytest

from desk import queries, stages
from desk.rows import Deal
from negotiation_hub.people.models import User
from orders import services as orders
from payments.machine import Fact
from rooms.models import Room
from tests.desk.conftest import Deals
from tests.desk.trade import Trade

# By the words that a row shows: the stage that the database must find.
STAGES = {
    "Talking": "talking",
    "Offer": "offer",
    "To place": "place",
    "To confirm": "place",
    "To pay": "pay",
    "To send": "deliver",
    "Sent in part": "deliver",
    "On its way": "receive",
    "To receive": "receive",
    "Received": "done",
    "Done": "done",
    "Frame agreement": "done",
    "Closed": "ended",
    "Canceled": "ended",
    "Expired": "ended",
    "Late payment": "ended",
    "Returned": "ended",
    "Returned in part": "ended",
}


def check(deal: Trade) -> str:
    """Both sides' rows and the database agree about stage and turn; the row's word."""
    (room,) = stages.staged(Room.objects.filter(pk=deal.room.pk))
    for user, side in ((deal.ben, "buyer"), (deal.ada, "seller")):
        found = only(user)
        assert STAGES[found.stage] == room.stage
        expected = "nobody" if room.turn == "nobody" else "ours" if room.turn == side else "theirs"
        assert (found.turn, found.turn_side) == (expected, room.turn)
        counts = queries.counts_of(user)
        assert (counts.ours, counts.theirs) == (expected == "ours", expected == "theirs")
        for turn in ("ours", "theirs"):
            assert bool(queries.deals_of(user, queries.Wanted(turn=turn)).deals) == (turn == expected)
    for stage in stages.Stage:  # the same for whoever asks
        shown = queries.deals_of(deal.ben, queries.Wanted(stage=stage)).deals
        assert bool(shown) == (stage == room.stage)
    return only(deal.ben).stage


def only(user: User) -> Deal:
    (found,) = queries.deals_of(user).deals
    return found


def test_at_every_step_of_a_deal(deals: Deals) -> None:
    deal = deals()
    words = [check(deal)]
    for step in deal.steps():
        step()
        words.append(check(deal))
    assert words == [
        "Talking",
        "Offer",
        "Offer",
        "Talking",
        "To place",
        "To confirm",
        "To pay",
        "To send",
        "On its way",
        "To receive",
        "Done",
        "Done",
    ]


def closed(deal: Trade) -> None:
    deal.send("buyer", "negotiation.close")


def canceled(deal: Trade) -> None:
    deal.agree()
    deal.place()
    orders.cancel_order(order_id=deal.order.pk, actor=deal.ada, now=deal.now)
    deal.work()


def reopened_unpaid(deal: Trade) -> None:
    deal.agree()
    deal.place()
    deal.wait(hours=73)


def paid_late(deal: Trade) -> None:
    deal.agree()
    deal.place()
    payment = deal.start_payment()
    deal.provider.refuses.add("cancel")
    deal.provider.say(payment, Fact.IN_PROGRESS)
    deal.wait(hours=73)
    deal.tell(Fact.CAPTURED, captured=payment.amount)


def returned(deal: Trade) -> None:
    deal.agree()
    for step in (deal.place, deal.pay, deal.ship, deal.deliver):
        step()
    orders.record_return(
        order_id=deal.order.pk,
        actor=deal.ada,
        items={line.pk: line.quantity for line in deal.order.lines.all()},
        outcome="refund",
        sellable=True,
        now=deal.now,
    )
    deal.work()


def framed(deal: Trade) -> None:
    deal.propose("seller", issues=[{"name": "Frame agreement", "value": "for 12 months"}])
    deal.accept("buyer")


def sent_in_part(deal: Trade) -> None:
    deal.agree()
    deal.place()
    deal.pay()
    deal.ship(complete=False)


@pytest.mark.parametrize(
    ("end", "word"),
    [
        (closed, "Closed"),
        (canceled, "Canceled"),
        (reopened_unpaid, "Talking"),
        (paid_late, "Late payment"),
        (returned, "Returned"),
        (sent_in_part, "Sent in part"),
        (framed, "Frame agreement"),
    ],
)
def test_at_every_other_end(deals: Deals, end: Callable[[Trade], None], word: str) -> None:
    deal = deals()
    end(deal)
    assert check(deal) == word
