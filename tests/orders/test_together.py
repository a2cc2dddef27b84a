"""Several orders placed by one form: all of them or none, each an order of its own."""

import html as markup
import re
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from negotiation_hub.people import services as people
from orders import queries, services
from orders.models import Order
from tests.orders.deal import HERE, Deal
from tests.orders.test_pages import FORM, browser
from tests.rooms.table import refused

URL = "/orders/together/"


@pytest.fixture
def second(deal: Deal) -> Order:
    """Another draft of Ben's, of another seller."""
    south = people.create_organisation(actor=deal.cleo, name="Sur Motors", now=deal.now)
    return deal.agree(seller_id=south.pk, title="Ten motors", gross=500_000, net=500_000, lines=_motors(deal))


def _motors(deal: Deal) -> list[Any]:
    return [{**deal.lines[0], "title": "Motor", "quantity": "10", "unit_price": 50_000, "total": 500_000}]


def send(deal: Deal, orders: list[Order], step: str = "", **fields: Any) -> Any:
    data = {**FORM, "order": [str(one.pk) for one in orders], "step": step, **fields}
    return browser(deal.ben).post(URL, data)


def statuses(*orders: Order) -> list[str]:
    return [Order.objects.get(pk=one.pk).status for one in orders]


def test_the_list_offers_ticks_where_several_wait_to_be_placed(deal: Deal) -> None:
    url = reverse("orders:orders")
    assert "Place the ticked orders together" not in browser(deal.ben).get(url).content.decode()
    deal.agree()
    text = browser(deal.ben).get(url).content.decode()
    assert text.count('name="order"') == 2
    assert 'name="order"' not in browser(deal.sol).get(url).content.decode()


def test_two_sellers_orders_go_by_one_form_one_summary_and_two_payments(deal: Deal, second: Order) -> None:
    both = [deal.order, second]
    asked = browser(deal.ben).get(URL, {"order": [str(one.pk) for one in both]}).content.decode()
    assert "Norte Bombas" in asked
    assert "Sur Motors" in asked
    summary = send(deal, both).content.decode()
    for words in ("61,250.00", "5,000.00", "66,250.00", "Calle Mayor 1", "with obligation to pay"):
        assert words in summary
    assert statuses(*both) == ["draft", "draft"]
    carried = [
        (name, markup.unescape(value))
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', summary)
        if name not in {"csrfmiddlewaretoken", "order"}
    ]
    for _ in range(2):
        done = send(deal, both, "bind", **dict(carried))
        text = browser(deal.ben).get(done["Location"]).content.decode()
        for one in both:
            assert one.number in text
        assert text.count("Authorise") == 2
    assert statuses(*both) == ["unfulfilled", "unfulfilled"]
    assert queries.details_of(second) == HERE
    assert len([mail for mail in deal.mails_to(deal.ben) if mail.subject.startswith("Your order")]) == 2


def test_when_one_cannot_be_placed_none_is(deal: Deal, second: Order) -> None:
    services.cancel_order(order_id=second.pk, actor=deal.cleo, now=deal.now)
    with refused("order.state"):
        services.place_together(
            order_ids=[deal.order_id, second.pk], actor=deal.ben, details=HERE, now=deal.now
        )
    assert statuses(deal.order, second) == ["draft", "canceled"]
    text = send(deal, [deal.order, second], "bind").content.decode()
    assert "None of the orders was placed." in text
    assert "Calle Mayor 1" in text


def test_what_is_missing_is_said_and_what_was_typed_is_kept_in_all_of_them(deal: Deal, second: Order) -> None:
    response = send(deal, [deal.order, second], city="")
    assert response.status_code == 422
    assert "Please give the town." in response.content.decode()
    for one in (deal.order, second):
        kept = queries.details_of(one)
        assert kept is not None
        assert kept.street == "Calle Mayor 1"


def test_nobody_places_the_orders_of_others(deal: Deal, second: Order) -> None:
    data = {**FORM, "order": [str(deal.order_id), str(uuid4())], "step": "bind"}
    eve = people.sign_up(email="eve@example.test", name="Eve", password=None, now=deal.now)
    assert browser(eve).post(URL, data)["Location"] == reverse("orders:orders")
    with refused("not_found"):
        services.place_together(order_ids=[deal.order_id], actor=eve, details=HERE, now=deal.now)
    assert statuses(deal.order, second) == ["draft", "draft"]


def test_a_program_places_all_or_none(deal: Deal, second: Order) -> None:
    body = {"orders": [str(deal.order_id), str(second.pk)], "details": FORM}
    for _ in range(2):
        answer = browser(deal.ben).post("/api/v1/orders/place", body, content_type="application/json")
        assert answer.status_code == 200
        assert [row["status"] for row in answer.json()["orders"]] == ["unfulfilled", "unfulfilled"]
    none = {"orders": [], "details": FORM}
    refusal = browser(deal.ben).post("/api/v1/orders/place", none, content_type="application/json")
    assert refusal.status_code == 422
