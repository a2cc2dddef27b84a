"""The list of deals: filters, pages, and a number of queries that does not grow with it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desk import queries
from desk.queries import Wanted
from negotiation_hub.people.models import User
from rooms import opening
from tests.desk.conftest import Deals
from tests.desk.trade import Trade
from threads.models import Thread

TEN = "10.00\N{NO-BREAK SPACE}EUR"


def titles(user: User, **wanted: str) -> list[str]:
    return [deal.title for deal in queries.deals_of(user, Wanted.of(wanted)).deals]


def counted(user: User) -> int:
    with CaptureQueriesContext(connection) as asked:
        queries.deals_of(user)
        queries.counts_of(user)
    return len(asked)


def test_filters_narrow_the_list_down_and_unknown_ones_are_not_heeded(deals: Deals) -> None:
    deals(title="Pump NB-40")
    deals(title="Flow measurements", kind="information")
    offered = deals(title="Pump NB-65")
    offered.propose("buyer", 9_000)
    ada = offered.ada
    assert titles(ada) == ["Pump NB-65", "Flow measurements", "Pump NB-40"]
    assert titles(ada, q="pump") == ["Pump NB-65", "Pump NB-40"]
    assert titles(ada, q="65 PUMP") == ["Pump NB-65"]
    assert titles(ada, q="100%") == []
    assert titles(ada, kind="information") == ["Flow measurements"]
    assert titles(ada, stage="offer") == ["Pump NB-65"]
    assert titles(ada, view="ours") == ["Pump NB-65"]
    assert titles(ada, view="theirs") == []
    assert titles(offered.ben, view="theirs", q="nb", kind="goods", stage="offer") == ["Pump NB-65"]
    assert len(titles(ada, view="mine", stage="x", kind="x", after="x")) == 3


def test_pages_follow_each_other_by_key_and_miss_nothing(
    deals: Deals, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [deals(title=f"Deal {number}") for number in range(5)]
    monkeypatch.setattr(queries, "PAGE", 2)
    seen, after = [], ""
    while True:
        page = queries.deals_of(made[0].ada, Wanted.of({"after": after}))
        seen += [deal.title for deal in page.deals]
        if page.next is None:
            break
        after = str(page.next)
    assert seen == [f"Deal {number}" for number in reversed(range(5))]


def more(deal: Trade, number: int) -> None:
    """Further deals about the same listing, each agreed."""
    for _ in range(number):
        deal.room = opening.open_room(actor=deal.ben, listing_id=deal.listing.pk, now=deal.now, anew=True)
        deal.agree(quantity="1")


def test_fifty_deals_cost_as_many_queries_as_five(deals: Deals) -> None:
    deal = deals(stock=100)
    deal.agree()
    more(deal, 4)
    few = counted(deal.ada)
    more(deal, 45)
    assert len(queries.deals_of(deal.ada).deals) == 50
    assert counted(deal.ada) == few
    assert few <= 24


def test_a_row_names_people_money_and_goods(deals: Deals) -> None:
    deal = deals(asked=True)
    (ada,) = queries.deals_of(deal.ada).deals
    assert ada.owner is not None
    assert (ada.owner.user.name, ada.owner.how, ada.money.words) == ("Ada", "seated", ["list price"])
    for step, words, goods in (
        (deal.agree, ["nothing authorised"], "not sent yet"),
        (deal.place, ["nothing authorised"], "not sent yet"),
        (deal.pay, ["authorised"], "not sent yet"),
        (deal.ship, ["charged", "held"], "sent"),
        (deal.deliver, ["charged", "held"], "delivered"),
        (deal.receive, ["charged", "released"], "received"),
        (
            lambda: deal.refund(1_000),
            ["charged", "10.00\N{NO-BREAK SPACE}EUR refunded", "released"],
            "received",
        ),
    ):
        step()
        (ada,) = queries.deals_of(deal.ada).deals
        (ben,) = queries.deals_of(deal.ben).deals
        assert ada.money.words == ben.money.words == words
        assert (ada.goods.delivery, ada.goods.what) == (goods, "2\N{NO-BREAK SPACE}pcs")
        assert (ada.goods.stock, ben.goods.stock) == (38, None)
        assert ben.contact is not None
        assert (ben.contact.user.name, ben.counterpart) == ("Ada", "Norte")


def test_whoever_was_put_in_charge_of_the_question_is_in_charge_of_the_deal(deals: Deals) -> None:
    deal = deals(asked=True)
    Thread.objects.filter(room=deal.room.pk).update(assignee=deal.cast.sol)
    (found,) = queries.deals_of(deal.ada).deals
    assert found.owner is not None
    assert (found.owner.user.name, found.owner.how) == ("Sol", "assigned")
