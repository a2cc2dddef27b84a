"""What is typed is kept, and nothing is placed that was not seen."""

import re
from typing import Any

import pytest
from django.urls import reverse

from negotiation_hub.kernel.models import Mail
from orders import queries, services
from orders.facts import OrderDetails
from tests.orders.deal import HERE, Deal, with_
from tests.orders.test_pages import FORM, browser, page


def send(deal: Deal, name: str, data: dict[str, Any], user: Any = None) -> Any:
    return browser(user or deal.ben).post(reverse(f"orders:{name}", args=[deal.order_id]), data)


def kept(deal: Deal) -> OrderDetails:
    found = queries.details_of(deal.order)
    assert found is not None
    return found


def review(deal: Deal) -> str:
    return browser(deal.ben).get(reverse("orders:review", args=[deal.order_id])).content.decode()


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', html)
    assert found is not None
    return found[1]


def test_what_was_typed_is_there_after_a_reload(deal: Deal) -> None:
    assert send(deal, "save", {"street": "Calle Mayor 1", "tax_id": "not yet"}).status_code == 204
    html = page(deal, deal.ben)
    assert 'value="Calle Mayor 1"' in html
    assert 'value="not yet"' in html
    assert deal.order.status == "draft"


def test_two_tabs_lose_nothing_of_each_other(deal: Deal) -> None:
    send(deal, "save", {"street": "Calle Mayor 1", "city": "Madrid"})
    send(deal, "save", {"city": "Toledo"})
    send(deal, "save", {"notes": "Ring twice"})
    assert (kept(deal).street, kept(deal).city, kept(deal).notes) == ("Calle Mayor 1", "Toledo", "Ring twice")


def test_a_field_that_is_emptied_stays_empty(deal: Deal) -> None:
    send(deal, "save", {"notes": "Ring twice", "expected_on": "2026-04-01"})
    send(deal, "save", {"notes": "", "expected_on": ""})
    assert (kept(deal).notes, kept(deal).expected_on) == ("", None)


@pytest.mark.parametrize(
    "bad",
    [{"expected_on": "soon"}, {"street": "x" * 300}, {"payment_plan": "gold"}, {"order": "1"}],
)
def test_what_cannot_be_kept_hurts_nothing_that_is(deal: Deal, bad: dict[str, str]) -> None:
    send(deal, "save", FORM)
    assert send(deal, "save", {**bad, "notes": "Ring twice"}).status_code == 204
    assert kept(deal) == with_(notes="Ring twice")


def test_what_is_typed_is_sealed(deal: Deal) -> None:
    send(deal, "save", {"street": "Calle Secreta 9"})
    assert "Secreta" not in str(deal.order.sealed_details.fields)


def test_the_seller_reads_nothing_of_a_draft(deal: Deal) -> None:
    send(deal, "save", {"street": "Calle Secreta 9"})
    for user in (deal.sol, deal.ada):
        assert "Secreta" not in page(deal, user)
        assert browser(user).get(f"/api/v1/orders/{deal.order_id}").json()["details"] is None
    assert browser(deal.ben).get(f"/api/v1/orders/{deal.order_id}").json()["details"]["street"] == (
        "Calle Secreta 9"
    )


def test_only_the_buyers_people_save_and_only_before_it_is_placed(deal: Deal) -> None:
    assert send(deal, "save", {"notes": "x"}, deal.sol).status_code == 403
    assert send(deal, "save", {"notes": "x"}, deal.cleo).status_code == 404
    deal.place()
    assert send(deal, "save", {"notes": "too late"}).json()["code"] == "order.state"
    assert kept(deal).notes == ""


def test_without_script_a_button_saves_and_orders_nothing(deal: Deal) -> None:
    response = send(deal, "details", {**FORM, "city": "", "later": "1"})
    assert response["Location"] == reverse("orders:order", args=[deal.order_id])
    assert kept(deal).street == "Calle Mayor 1"
    assert deal.order.status == "draft"


def test_the_form_leads_to_a_summary_and_only_its_button_binds(deal: Deal) -> None:
    response = send(deal, "details", FORM)
    assert response["Location"] == reverse("orders:review", args=[deal.order_id])
    assert deal.order.status == "draft"
    html = review(deal)
    for words in (
        "Pump NB-40",
        "61,250.00",
        "Calle Mayor 1",
        "with obligation to pay",
        "The card is charged",
    ):
        assert words in html
    for _ in range(2):
        done = send(deal, "place", {"seen": seen(html)})
        assert done["Location"] == reverse("orders:placed", args=[deal.order_id])
    assert deal.order.status == "unfulfilled"
    assert kept(deal) == HERE
    assert Mail.objects.filter(to=deal.ben.email, subject__contains="Your order").count() == 1


def test_nothing_is_placed_that_another_tab_has_changed_since_it_was_shown(deal: Deal) -> None:
    send(deal, "details", FORM)
    before = seen(review(deal))
    send(deal, "save", {"city": "Toledo"})
    assert send(deal, "place", {"seen": before})["Location"] == reverse("orders:review", args=[deal.order_id])
    assert deal.order.status == "draft"
    send(deal, "place", {"seen": seen(review(deal))})
    assert kept(deal).city == "Toledo"


def test_there_is_no_summary_of_what_is_incomplete(deal: Deal) -> None:
    send(deal, "save", {**FORM, "city": ""})
    response = browser(deal.ben).get(reverse("orders:review", args=[deal.order_id]))
    assert response["Location"] == reverse("orders:order", args=[deal.order_id])
    assert send(deal, "place", {"seen": kept(deal).digest}).status_code == 302
    assert deal.order.status == "draft"


def test_errors_are_listed_with_links_and_the_first_field_has_the_focus(deal: Deal) -> None:
    html = send(
        deal, "details", {**FORM, "street": "", "postal_code": "99999", "email": "nobody"}
    ).content.decode()
    assert 'href="#id_street"' in html
    assert "This is no postcode of Spain." in html
    assert "This is no mail address" in html
    assert html.count("autofocus") == 1
    assert re.search(r'<input[^>]*name="street"[^>]*autofocus', html)


def test_what_is_missing_is_named_before_anything_is_typed(deal: Deal) -> None:
    html = page(deal, deal.ben)
    assert "Still missing:" in html
    send(deal, "save", FORM)
    assert "Nothing is missing." in page(deal, deal.ben)


def test_the_number_is_on_a_page_that_can_be_found_again_and_printed(deal: Deal) -> None:
    url = reverse("orders:placed", args=[deal.order_id])
    assert browser(deal.ben).get(url).status_code == 302
    deal.place()
    html = browser(deal.ben).get(url).content.decode()
    assert f'<p class="order-number num">{deal.order.number}</p>' in html
    assert "data-print" in html
    assert "Send the confirmation again" in html
    assert url in page(deal, deal.ben)
    assert browser(deal.cleo).get(url).status_code == 404


def test_a_saved_draft_keeps_the_details_that_sales_staff_gave(deal: Deal) -> None:
    deal.convert(city="")
    services.save_details(order_id=deal.order_id, actor=deal.ben, changes={"city": "Madrid"}, now=deal.now)
    assert kept(deal) == HERE
