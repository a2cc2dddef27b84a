"""Sales staff fill in what they know; the buyer completes and confirms it, and has a number to quote."""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from negotiation_hub.kernel import limits, vat
from negotiation_hub.people.services import issue_token
from orders import countries, postcodes, queries, services
from orders.models import OrderChange
from payments.machine import Fact
from tests.orders.deal import Deal, with_
from tests.orders.three import Three, browser

KNOWN = {"street": "Calle Mayor 1", "country": "ES", "payment_plan": "card"}
REST = {"contact_name": "Ben Ortega", "city": "Madrid"}


def convert(deal: Deal, **data: str) -> str:
    """Sales staff fill the form in; the address of the buyer's page."""
    url = reverse("orders:convert", args=[deal.order_id])
    response = browser(deal.sol).post(url, {**KNOWN, **data})
    assert response.status_code == 302, response.content.decode()
    return reverse("orders:confirm", args=[deal.link()])


def test_sales_staff_may_leave_out_what_they_do_not_know(deal: Deal) -> None:
    convert(deal)
    details = queries.details_of(deal.order)
    assert details is not None
    assert (deal.order.status, details.street, details.missing()) == (
        "unconfirmed",
        "Calle Mayor 1",
        ["contact_name", "city"],
    )


@pytest.mark.parametrize(
    ("field", "value"), [("country", "ZZ"), ("tax_id", "ESB58378432"), ("street", "x" * 201)]
)
def test_what_they_give_must_be_right(deal: Deal, field: str, value: str) -> None:
    url = reverse("orders:convert", args=[deal.order_id])
    assert browser(deal.sol).post(url, {**KNOWN, field: value}).status_code == 422
    with pytest.raises(services.DetailsMissing) as refusal:
        details = with_(**{"contact_name": "", "city": "", field: value})
        services.convert_order(order_id=deal.order_id, actor=deal.sol, details=details, now=deal.now)
    assert list(refusal.value.errors) == [field]
    assert deal.order.status == "draft"


def test_the_buyers_page_marks_what_is_missing_and_keeps_what_is_known(deal: Deal) -> None:
    html = browser().get(convert(deal)).content.decode()
    assert html.count("Still missing.") == 2
    assert 'href="#id_contact_name"' in html
    assert 'href="#id_city"' in html
    assert 'value="Calle Mayor 1"' in html
    assert re.search(r'<option value="ES" selected', html)


def test_incomplete_details_come_back_with_the_errors_and_nothing_is_lost(deal: Deal) -> None:
    url = convert(deal)
    data = {**KNOWN, "contact_name": "Ben Ortega", "city": "", "notes": "Ring <b>twice</b>"}
    response = browser().post(url, data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Please give the town." in html
    assert 'value="Ben Ortega"' in html
    assert "Ring &lt;b&gt;twice&lt;/b&gt;" in html
    assert deal.order.status == "unconfirmed"


def test_the_button_alone_does_not_place_what_is_incomplete(deal: Deal) -> None:
    url = convert(deal)
    response = browser().post(url)
    assert response.status_code == 422
    assert "Please say who receives the delivery." in response.content.decode()
    assert 'value="Calle Mayor 1"' in response.content.decode()
    with pytest.raises(services.DetailsMissing):
        services.confirm_order(token=deal.link(), now=deal.now)
    assert deal.order.status == "unconfirmed"


def test_completed_it_is_placed_and_has_a_number_to_quote(deal: Deal) -> None:
    url = convert(deal)
    assert browser().post(url, {**KNOWN, **REST}).status_code == 302
    details = queries.details_of(deal.order)
    assert details is not None
    assert (deal.order.status, details.city) == ("unfulfilled", "Madrid")
    html = browser().get(url).content.decode()
    assert f'<p class="money-large">{deal.order.number}</p>' in html
    assert "Please quote it" in html
    assert deal.wrote(deal.ben, f"Its number is {deal.order.number}") == 1


def test_a_second_click_and_a_reload_send_no_second_confirmation(deal: Deal) -> None:
    url = convert(deal)
    for _ in range(3):
        assert browser().post(url, {**KNOWN, **REST}).status_code == 302
    browser().get(url)
    deal.work()
    assert deal.wrote(deal.ben, "is placed") == 1
    assert deal.milestones.count("order.confirmed") == 1


def test_the_buyer_may_correct_what_sales_staff_filled_in(deal: Deal) -> None:
    url = convert(deal, **REST)
    assert "correct it before you place it" in browser().get(url).content.decode()
    assert browser().post(url, {**KNOWN, **REST, "city": "Sevilla"}).status_code == 302
    details = queries.details_of(deal.order)
    assert details is not None
    assert details.city == "Sevilla"


def test_a_link_of_an_earlier_form_completes_nothing(deal: Deal) -> None:
    old = convert(deal)
    convert(deal, **REST)
    response = browser().post(old, {**KNOWN, **REST})
    assert response.status_code == 409
    assert "order.changed" in response.content.decode()
    assert deal.order.status == "unconfirmed"


def test_the_buyer_completes_it_by_rest_too(deal: Deal) -> None:
    from tests.orders.test_rest import call

    path = f"orders/{deal.order_id}"
    status, order = call(deal, deal.sol, "POST", f"{path}/convert", {"country": "ES"})
    assert (status, order["details"]["city"]) == (200, "")
    body: dict[str, Any] = {"token": deal.link()}
    assert call(deal, deal.ben, "POST", f"{path}/confirm", body)[1]["code"] == "order.details"
    body["details"] = {**REST, "street": "Calle Mayor 1", "country": "ES"}
    status, order = call(deal, deal.ben, "POST", f"{path}/confirm", body)
    assert (status, order["status"]) == (200, "unfulfilled")


# --- the confirmation once more -------------------------------------------------------------------


def test_the_confirmation_is_sent_again_on_request_and_not_too_often(deal: Deal) -> None:
    deal.place()
    url = reverse("orders:resend", args=[deal.order_id])
    assert "sent a moment ago" in browser(deal.ben).post(url, follow=True).content.decode()
    deal.pass_time(seconds=limits.CONFIRMATION_PAUSE_S)
    assert "on its way to you" in browser(deal.ben).post(url, follow=True).content.decode()
    assert "sent a moment ago" in browser(deal.ben).post(url, follow=True).content.decode()
    assert deal.wrote(deal.ben, "is placed") == 2
    for _ in range(limits.CONFIRMATIONS_PER_DAY_MAX):
        deal.pass_time(seconds=limits.CONFIRMATION_PAUSE_S)
        browser(deal.ben).post(url)
    assert deal.wrote(deal.ben, "is placed") == 1 + limits.CONFIRMATIONS_PER_DAY_MAX


def test_who_holds_the_link_may_ask_for_the_confirmation_too(deal: Deal) -> None:
    url = convert(deal, **REST)
    again = f"{url}again/"
    assert browser().post(again).status_code == 409  # nothing is confirmed yet
    browser().post(url)
    deal.pass_time(seconds=limits.CONFIRMATION_PAUSE_S)
    assert browser().post(again).status_code == 302
    assert deal.wrote(deal.ben, "is placed") == 2
    assert browser().get(again).status_code == 405
    assert browser().post(reverse("orders:confirm_again", args=["no.link"])).status_code == 410


@pytest.mark.parametrize(("name", "status"), [("sol", 403), ("cleo", 404)])
def test_nobody_else_has_the_confirmation_sent(deal: Deal, name: str, status: int) -> None:
    deal.place()
    deal.pass_time(hours=1)
    url = reverse("orders:resend", args=[deal.order_id])
    assert browser(getattr(deal, name)).post(url).status_code == status
    assert browser(deal.ben).get(url).status_code == 405
    assert not OrderChange.objects.filter(event="resend").exists()


def test_a_draft_has_no_confirmation(deal: Deal) -> None:
    with pytest.raises(services.OrderState):
        services.resend_confirmation(order_id=deal.order_id, actor=deal.ben, now=deal.now)


# --- prompts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("languages", "country"),
    [
        ("es", "ES"),
        ("es-MX,es;q=0.9", "MX"),
        ("en-GB", "GB"),
        ("en", ""),
        ("de;q=1, fr-CA;q=0.5", "CA"),
        ("", ""),
    ],
)
def test_the_country_is_suggested_by_the_readers_languages(languages: str, country: str) -> None:
    assert countries.suggested(languages) == country


def test_the_form_asks_for_the_country_first_and_names_its_fields_for_browsers(deal: Deal) -> None:
    html = (
        browser(deal.ben)
        .get(f"/orders/{deal.order_id}/", headers={"accept-language": "es-ES"})
        .content.decode()
    )
    assert html.index('name="country"') < html.index('name="contact_name"') < html.index('name="street"')
    assert re.search(r'<option value="ES" selected', html)
    for words in ("name", "address-line1", "postal-code", "address-level2", "country", "tel"):
        assert f'autocomplete="{words}"' in html
    assert 'inputmode="tel"' in html


def test_sales_staff_are_not_suggested_their_own_country(deal: Deal) -> None:
    url, british = f"/orders/{deal.order_id}/", {"accept-language": "en-GB"}
    assert '<option value="GB" selected' not in browser(deal.sol).get(url, headers=british).content.decode()
    deal.ben.language = "es"
    deal.ben.save()
    html = browser(deal.sol).get(url, headers=british).content.decode()
    assert re.search(r'<option value="ES" selected', html)


@pytest.mark.parametrize(
    ("number", "country", "words"),
    [
        ("ESB58378431", "ES", ""),
        ("B58378431", "ES", ""),
        ("B58378432", "ES", "check digit"),
        ("B5837843", "ES", "too short"),
        ("DE136695976", "ES", ""),  # delivered to Spain, bought by a German company
        ("DE136695977", "DE", "check digit"),
        ("DE13669597", "ES", "too short"),
        ("DE13669597X", "ES", "cannot be right"),
        ("EL094259216", "GR", ""),
        ("136 695 976", "DE", ""),
        ("ABCDEFGHI", "ES", "does not look like"),
        ("12-3456789", "US", ""),  # nobody has written down what such a number is like
        ("anything", "", ""),
    ],
)
def test_what_is_wrong_with_a_vat_number_is_said_as_far_as_it_can_be(
    number: str, country: str, words: str
) -> None:
    found = vat.problem(number, country)
    assert words in found
    assert bool(found) == bool(words)


@pytest.mark.parametrize(
    ("code", "country", "right"),
    [
        ("28013", "ES", True),
        ("E-28013", "ES", True),
        ("28 013", "ES", True),
        ("99013", "ES", False),
        ("2801", "ES", False),
        ("1017 ab", "NL", True),
        ("SW1A 1AA", "GB", True),
        ("12345", "GB", False),
        ("90210-1234", "US", True),
        ("", "ES", True),
        ("whatever", "BO", True),  # a country whose postcodes are not written down here
        ("whatever", "", True),
    ],
)
def test_a_postcode_is_refused_only_where_it_cannot_be_one(code: str, country: str, right: bool) -> None:
    assert postcodes.may_be(code, country) == right


def test_an_invoice_address_is_given_whole_or_not_at_all(deal: Deal) -> None:
    details = with_(invoice_name="Acme Water, accounts")
    assert details.missing() == ["invoice_street", "invoice_city", "invoice_country"]
    data = {**KNOWN, **REST, "invoice_name": "Acme Water, accounts"}
    response = browser(deal.ben).post(reverse("orders:details", args=[deal.order_id]), data)
    assert response.status_code == 422
    assert "Please give the town of the invoice address." in response.content.decode()


def test_a_wrong_vat_number_is_said_beside_the_field(deal: Deal) -> None:
    data = {**KNOWN, **REST, "tax_id": "ESB58378432"}
    response = browser(deal.ben).post(reverse("orders:place", args=[deal.order_id]), data)
    assert response.status_code == 422
    assert "This is no VAT number" in response.content.decode()
    assert browser(deal.ben).post(
        reverse("orders:place", args=[deal.order_id]), {**data, "tax_id": "ESB58378431"}
    ).status_code == 302  # fmt: skip


# --- nobody reads it in the database ---------------------------------------------------------------

SECRETS = {
    "contact_name": "Almudena Zubizarreta",
    "street": "Calle del Ñandú 117",
    "phone": "+34 600 117 117",
}


def needles(text: str) -> Iterator[bytes]:
    """The text as it could stand in a column: plain, in UTF-16, escaped, in hexadecimal, in base64."""
    plain = text.encode()
    yield plain
    yield json.dumps(text)[1:-1].encode()
    for encoding in ("utf-16-le", "utf-16-be"):
        yield text.encode(encoding)
    yield plain.hex().encode()
    for shift in range(3):  # it may begin at any of three places of a group
        padded = base64.b64encode(b"\0" * shift + plain)
        yield padded[4 if shift else 0 : len(padded) // 4 * 4 - 4]
        yield base64.urlsafe_b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4]


def columns() -> Iterator[tuple[str, bytes]]:
    """Every value of every table."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    yield f"{table}.{name}", raw


def test_the_search_finds_what_is_there(deal: Deal) -> None:
    found = [where for where, raw in columns() if next(needles("Norte Bombas")) in raw]
    assert "people_organisation.name" in found
    hidden = base64.b64encode(b"x" + "Calle del Ñandú 117".encode() + b"yz")
    assert any(needle in hidden for needle in needles("Calle del Ñandú 117"))


def test_address_and_contact_are_readable_nowhere_after_the_whole_flow(deal: Deal) -> None:
    three = Three.made(deal)
    url = convert(deal, street=SECRETS["street"])
    assert browser().post(url, {**KNOWN, **SECRETS, "city": ""}).status_code == 422
    assert browser().post(url, {**KNOWN, **SECRETS, "city": "Madrid"}).status_code == 302
    deal.start_payment()
    deal.say(Fact.AUTHORIZED, authorized=300_000)
    browser(deal.ben).get(three.url("order"))
    browser(deal.ben).get(three.url("agreement"))
    # An answer that is kept for a repeated request holds the details as well.
    other = deal.agree()
    answer = Client().post(
        f"/api/v1/orders/{other.pk}/place",
        {**SECRETS, "city": "Madrid", "country": "ES"},
        content_type="application/json",
        headers={
            "authorization": f"Bearer {issue_token(user=deal.ben, now=deal.now)}",
            "idempotency-key": str(uuid4()),
        },
    )
    assert answer.json()["details"]["street"] == SECRETS["street"]
    deal.pass_time(seconds=limits.CONFIRMATION_PAUSE_S)
    services.resend_confirmation(order_id=deal.order_id, actor=deal.ben, now=deal.now)
    deal.ship()
    three.report()
    deal.deliver()
    deal.receive()
    looked_for = {needle: name for name, text in SECRETS.items() for needle in needles(text)}
    found = {
        (where, name) for where, raw in columns() for needle, name in looked_for.items() if needle in raw
    }
    assert found == set()
