import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.test.utils import override_script_prefix
from django.urls import reverse

from negotiation_hub.people.models import User
from orders import queries, services
from orders.models import Order
from payments.machine import Fact
from tests.orders.deal import Deal, tomorrow

FORM: dict[str, Any] = {
    "contact_name": "Ben Ortega",
    "street": "Calle Mayor 1",
    "postal_code": "28013",
    "city": "Madrid",
    "country": "ES",
    "payment_plan": "card",
}


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def page(deal: Deal, user: User, name: str = "order") -> str:
    response = browser(user).get(reverse(f"orders:{name}", args=[deal.order_id]))
    assert response.status_code == 200
    return response.content.decode()


def post(deal: Deal, user: User, name: str, data: dict[str, Any] | None = None, *args: object) -> int:
    return browser(user).post(reverse(f"orders:{name}", args=[deal.order_id, *args]), data or {}).status_code


def test_the_day_of_a_line_is_on_the_orders_page_and_in_its_data(deal: Deal) -> None:
    deal.lines = [{**deal.lines[0], "due": date(2026, 12, 3)}, {**deal.lines[0], "title": "Valve"}]
    deal.order_id = deal.agree().pk
    assert page(deal, deal.ben).count("by Dec. 3, 2026") == 1
    told = browser(deal.ben).get(f"/api/v1/orders/{deal.order_id}").json()
    assert [line["due"] for line in told["lines"]] == ["2026-12-03", None]


def test_a_whole_deal_goes_by_pages_without_script(deal: Deal) -> None:
    assert "Place the order" in page(deal, deal.ben)
    assert post(deal, deal.ben, "place", {**FORM, "expected_on": tomorrow(2).isoformat()}) == 302
    assert "Authorise 61,250.00" in page(deal, deal.ben)
    response = browser(deal.ben).post(reverse("orders:pay", args=[deal.order_id]))
    assert response["Location"] == f"https://pay.example.test/{deal.payment.pk}"
    deal.say(Fact.AUTHORIZED, authorized=6_125_000)
    back = browser(deal.ben).get(reverse("orders:paid", args=[deal.order_id]))
    assert back["Location"] == reverse("orders:order", args=[deal.order_id])
    assert "Send the goods" in page(deal, deal.max)
    assert post(deal, deal.max, "ship", {"carrier": "Correos", "tracking": "PQ1"}) == 302
    deal.work()
    assert "PQ1" in page(deal, deal.ben)
    assert post(deal, deal.max, "delivered", {}, deal.shipment.pk) == 302
    assert "Confirm the receipt" in page(deal, deal.ben)
    assert post(deal, deal.ben, "receipt") == 302
    deal.work()
    assert "The deal is done" in page(deal, deal.sol)
    assert "60,025.00" in page(deal, deal.sol)  # less 2 %


@pytest.mark.parametrize(
    ("moment", "headline", "turn", "action"),
    [
        (lambda _: None, "The buyer places the order", "ben", "Place the order"),
        (lambda deal: deal.convert(), "The buyer confirms the order", "ben", "Confirm the order"),
        (lambda deal: deal.place(), "The buyer authorises the payment", "ben", "Authorise payment"),
        (
            lambda deal: (deal.place(), deal.authorize()),
            "The seller sends the goods",
            "sol",
            "Send the goods",
        ),
        (lambda deal: deal.sent(), "The goods are on their way", "ben", "Confirm receipt"),
        (lambda deal: (deal.sent(), deal.deliver()), "The buyer checks the goods", "ben", "Check the goods"),
        (lambda deal: (deal.sent(), deal.receive()), "The deal is done", "", ""),
        (lambda deal: deal.pass_time(hours=80), "The order has expired", "", ""),
    ],
)
def test_each_side_reads_where_the_order_stands_and_who_acts(
    deal: Deal, moment: Callable[[Deal], object], headline: str, turn: str, action: str
) -> None:
    moment(deal)
    for name in ("ben", "sol"):
        html = page(deal, getattr(deal, name))
        heading = action if name == turn else headline
        assert f'<h2 id="next">{heading}</h2>' in html
        assert ("Your turn" in html) == (name == turn)


def test_what_was_typed_is_kept_and_what_is_missing_is_said(deal: Deal) -> None:
    data = {**FORM, "city": "", "notes": "Ring <b>twice</b>"}
    response = browser(deal.ben).post(reverse("orders:place", args=[deal.order_id]), data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Please give the town." in html
    assert "Calle Mayor 1" in html
    assert "Ring &lt;b&gt;twice&lt;/b&gt;" in html
    assert deal.order.status == "draft"


def test_a_failed_payment_is_said_in_words(deal: Deal) -> None:
    deal.place()
    deal.start_payment()
    deal.say(Fact.FAILED, failure_code="card_declined")
    assert "did not go through" in page(deal, deal.ben, "paid")
    assert "The card was declined." in page(deal, deal.ben, "paid")


def test_whoever_has_paid_waits_for_the_providers_word_whatever_was_declined_before(deal: Deal) -> None:
    deal.place()
    deal.start_payment()
    deal.say(Fact.METHOD_NEEDED, failure_code="card_declined")
    back = reverse("orders:paid", args=[deal.order_id])
    assert "The card was declined." in browser(deal.ben).get(back).content.decode()
    waits = browser(deal.ben).get(back, {"session": "cs_1"}).content.decode()
    assert "Waiting for the provider" in waits
    assert 'content="3;url=?session=cs_1&amp;tries=1"' in waits
    tired = browser(deal.ben).get(back, {"session": "cs_1", "tries": "10"}).content.decode()
    assert "did not go through" in tired
    deal.say(Fact.AUTHORIZED, authorized=deal.order.gross)
    done = browser(deal.ben).get(back, {"session": "cs_1"})
    assert done["Location"] == reverse("orders:order", args=[deal.order_id])


def test_only_sales_staff_see_the_form_to_convert(deal: Deal) -> None:
    assert "Convert to order" in page(deal, deal.sol)
    for user in (deal.max, deal.ben):
        assert "Convert to order" not in page(deal, user)
    assert post(deal, deal.sol, "convert", FORM) == 302
    assert deal.order.status == "unconfirmed"


def test_the_link_shows_first_and_binds_by_the_button_alone(deal: Deal) -> None:
    deal.convert()
    url = reverse("orders:confirm", args=[deal.link()])
    nobody = browser()
    shown = nobody.get(url)
    html = shown.content.decode()
    assert "61,250.00" in html
    assert "Calle Mayor 1" in html
    assert deal.order.terms_hash in html
    assert deal.order.status == "unconfirmed"
    assert nobody.head(url).status_code == 405 or deal.order.status == "unconfirmed"
    assert nobody.post(url).status_code == 302
    assert deal.order.status == "unfulfilled"
    assert "The order is confirmed" in nobody.get(url).content.decode()
    assert nobody.post(url).status_code == 302
    assert deal.milestones.count("order.confirmed") == 1


def test_the_mailed_link_is_the_readers_own_whoever_caused_it(deal: Deal) -> None:
    with override_script_prefix("/as/sales/"):
        deal.convert()
    assert deal.wrote(deal.ben, "http://127.0.0.1:8000/orders/confirm/") == 1
    assert deal.wrote(deal.ben, "/as/sales/") == 0


def test_a_bad_link_is_a_page_in_words(deal: Deal) -> None:
    response = browser().get(reverse("orders:confirm", args=["no.link"]))
    assert response.status_code == 410
    assert "not valid any more" in response.content.decode()


def test_the_buyer_confirms_on_the_page_of_the_order_too(deal: Deal) -> None:
    deal.convert()
    found = re.search(r'href="(/orders/confirm/[^"]+)"', page(deal, deal.ben))
    assert found
    assert browser(deal.ben).post(found.group(1)).status_code == 302
    assert deal.order.status == "unfulfilled"
    assert "/orders/confirm/" not in page(deal, deal.sol)


def test_the_seller_decides_about_late_money_on_the_page(deal: Deal) -> None:
    deal.expire_with_open_payment()
    deal.say(Fact.AUTHORIZED, authorized=6_125_000)
    assert "continue the order" in page(deal, deal.sol)
    assert 'name="choice"' not in page(deal, deal.ben)
    assert post(deal, deal.sol, "late_payment", {"choice": "reinstate"}) == 302
    assert deal.order.status == "unfulfilled"


def test_money_is_given_back_once_by_a_form_that_is_sent_twice(deal: Deal) -> None:
    deal.sent()
    found = re.search(r'name="refund_id" value="([^"]+)"', page(deal, deal.sol))
    assert found
    data = {"refund_id": found.group(1), "amount": "10.50"}
    for _ in range(2):
        assert post(deal, deal.sol, "refund", data) == 302
        deal.work()
    assert deal.money.refunded == 1050


@pytest.mark.parametrize("amount", ["abc", "0", "-1", "1.001", "61250.01", "1e99999"])
def test_a_wrong_amount_is_said_beside_the_field(deal: Deal, amount: str) -> None:
    deal.sent()
    html = page(deal, deal.sol)
    found = re.search(r'name="refund_id" value="([^"]+)"', html)
    assert found
    assert post(deal, deal.sol, "refund", {"refund_id": found.group(1), "amount": amount}) == 422
    assert deal.money.refunded == 0


@pytest.mark.parametrize("name", ["order", "agreement", "paid"])
def test_a_stranger_finds_nothing_and_a_guest_signs_in_first(deal: Deal, name: str) -> None:
    url = reverse(f"orders:{name}", args=[deal.order_id])
    assert browser(deal.cleo).get(url).status_code == 404
    assert browser().get(url).status_code == 302


@pytest.mark.parametrize(
    "name",
    ["place", "convert", "pay", "ship", "receipt", "refund", "record_return", "late_payment", "cancel"],
)
def test_no_stranger_acts_and_nothing_acts_on_get(deal: Deal, name: str) -> None:
    assert post(deal, deal.cleo, name, {**FORM, "carrier": "x"}) == 404
    assert browser(deal.ben).get(reverse(f"orders:{name}", args=[deal.order_id])).status_code == 405
    assert (
        Client(enforce_csrf_checks=True).post(reverse(f"orders:{name}", args=[deal.order_id])).status_code
        == 403
    )
    assert deal.order.status == "draft"


def test_the_agreement_is_served_as_pdf_to_both_sides(deal: Deal) -> None:
    for user in (deal.ben, deal.max):
        response = browser(user).get(reverse("orders:agreement", args=[deal.order_id]))
        assert response["Content-Type"] == "application/pdf"
        assert response.content.startswith(b"%PDF")
        assert "no-store" in response["Cache-Control"]


def test_the_list_shows_ones_own_orders_with_whose_turn_it_is(deal: Deal) -> None:
    html = browser(deal.ben).get(reverse("orders:orders")).content.decode()
    assert deal.order.number in html
    assert "Yours" in html
    assert deal.order.number not in browser(deal.cleo).get(reverse("orders:orders")).content.decode()
    assert browser(deal.ben).get(reverse("orders:orders"), {"after": "nonsense"}).status_code == 200


def test_hostile_words_stay_words_on_the_page(deal: Deal) -> None:
    evil = "<script>alert(1)</script>"
    order = deal.agree(title=evil, issues=[{"name": evil, "value": evil}])
    services.place_order(
        order_id=order.pk,
        actor=deal.ben,
        details=services.OrderDetails(**{**FORM, "notes": evil}),
        now=deal.now,
    )
    html = browser(deal.sol).get(reverse("orders:order", args=[order.pk])).content.decode()
    assert evil not in html
    assert html.count("&lt;script&gt;alert(1)") >= 4


def test_the_page_shows_what_was_paid_a_moment_ago(deal: Deal) -> None:
    deal.place()
    deal.authorize()
    Order.objects.filter(pk=deal.order_id).update(authorize_status="none")
    assert "Authorise 61" not in page(deal, deal.ben)
    assert queries.order_for(deal.ben, deal.order_id).authorize_status == "none"  # the page only looked
