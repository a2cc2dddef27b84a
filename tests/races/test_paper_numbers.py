"""Invoices that are issued at once: each has its own number, and none is left out."""

from functools import partial

import pytest

from negotiation_hub.kernel import clock
from negotiation_hub.people import legal
from orders import audit
from orders.documents import renditions
from orders.documents.issue import issue_due
from orders.models import Document, NumberRange, Paper
from payments import provider as payment_provider
from tests.orders.deal import Deal, Provider
from tests.orders.papers.samples import SAID
from tests.races.test_one_wins import race

pytestmark = pytest.mark.django_db(transaction=True)
SALES = 4


@pytest.fixture
def charged(monkeypatch: pytest.MonkeyPatch) -> Deal:
    """Four charged orders of one seller, which has just said what its invoices waited for."""
    stand_in = Provider()
    monkeypatch.setattr(payment_provider, "current", lambda: stand_in)
    deal = Deal(None, stand_in)
    deal.sent()
    for _ in range(SALES - 1):
        deal.order_id = deal.agree().pk
        deal.sent()
    legal.set_facts(actor=deal.ada, organisation=deal.seller, said=SAID, now=deal.now)
    return deal


def test_of_invoices_that_are_issued_at_once_each_has_the_next_number(charged: Deal) -> None:
    orders = list(Paper.objects.filter(kind="order").values_list("order", flat=True))
    assert len(orders) == SALES
    assert not NumberRange.objects.exists()  # the first number is raced for too
    acts = [partial(issue_due, order_id=order, now=clock.now()) for order in orders for _ in range(2)]
    assert race(*acts) == ["won"] * len(acts)
    serials = Paper.objects.filter(kind="invoice").order_by("serial").values_list("serial", flat=True)
    assert list(serials) == list(range(1, SALES + 1))
    assert [str(problem) for problem in audit.check()] == []


def test_a_paper_that_is_asked_for_twice_at_once_is_kept_once(charged: Deal) -> None:
    charged.work()
    paper = Paper.objects.filter(kind="confirmation")[0]
    ask = partial(renditions.document, paper, "pdf", "es", clock.now())
    assert race(ask, ask, ask) == ["won"] * 3
    assert Document.objects.filter(paper=paper, format="pdf", language="es").count() == 1
