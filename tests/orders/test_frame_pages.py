"""Pages and REST of frame agreements: what each side sees, and calling off by forms and by programs."""

import html as markup
import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from negotiation_hub.kernel import clock
from negotiation_hub.people.models import User
from orders.models import Order
from orders.queries import details_of
from rooms.models import Room
from tests.orders.framed import Framed, prices
from tests.orders.places import where_buyers_fetch
from tests.rooms.table import person
from tests.rooms.test_buying import FORM, browser


def text_of(response: Any) -> str:
    words: str = markup.unescape(response.content.decode()).replace("\xa0", " ")
    return words


def page(framed: Framed, user: User) -> str:
    return text_of(browser(user).get(reverse("orders:frame", args=[framed.frame.pk])))


def post(framed: Framed, user: User, step: str = "", quantity: str = "40", **fields: str) -> Any:
    data = {
        **FORM,
        f"quantity_{framed.line().pk.hex}": quantity,
        "call": str(uuid4()),
        "step": step,
        **fields,
    }
    return browser(user).post(reverse("rooms:call_off", args=[framed.frame.pk]), data)


def carried(text: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


def test_both_sides_read_volume_prices_and_call_offs_and_only_the_buyer_has_the_form(framed: Framed) -> None:
    order = framed.order("90")
    for user in (framed.ben, framed.ada):
        text = page(framed, user)
        for words in ("1,000 pcs", "90 pcs", "910 pcs", "The first 100 pcs", "After 100 pcs, up to 500 pcs"):
            assert words in text, words
        assert order.number in text
        assert "June 30, 2027" in text
    assert "Call off: look it over" in page(framed, framed.ben)
    assert "910 pcs are left; the next ones cost 10.00 EUR each." in page(framed, framed.ben)
    assert "Call off: look it over" not in page(framed, framed.ada)


def test_a_stranger_finds_no_frame_agreement(framed: Framed) -> None:
    client = browser(person("Eve", "Elsewhere"))
    for name in ("orders:frame", "rooms:call_off"):
        assert client.get(reverse(name, args=[framed.frame.pk])).status_code == 404
    assert client.get(f"/api/v1/frames/{framed.frame.pk}").status_code == 404
    assert client.get("/api/v1/frames").json() == {"frames": []}
    assert Client().get(reverse("orders:frame", args=[framed.frame.pk])).status_code == 302


def test_the_room_the_list_and_each_order_lead_to_it(framed: Framed) -> None:
    address = reverse("orders:frame", args=[framed.frame.pk])
    from_room = browser(framed.ben).get(reverse("orders:order", args=[framed.frame.pk]))
    assert (from_room.status_code, from_room["Location"]) == (302, address)
    assert address in text_of(browser(framed.ada).get(reverse("orders:orders")))
    assert address in text_of(browser(framed.ada).get(reverse("orders:orders") + f"?q={framed.frame.number}"))
    order = framed.order()
    assert address in text_of(browser(framed.ben).get(reverse("orders:order", args=[order.pk])))


def test_the_whole_way_goes_by_forms_from_the_frame_agreement_to_the_payment(framed: Framed) -> None:
    framed.call("90")
    found = re.search(r'name="call" value="([^"]+)"', page(framed, framed.ben))
    assert found is not None
    summary = post(framed, framed.ben, quantity="20", call=found[1])
    text = text_of(summary)
    assert summary.status_code == 200
    assert "with obligation to pay" in text
    for words in ("10.00 EUR", "9.50 EUR", "195.00 EUR", "Calle Mayor 1"):
        assert words in text, words
    assert Order.objects.count() == 1
    url = reverse("rooms:call_off", args=[framed.frame.pk])
    paid = browser(framed.ben).post(url, {**carried(text), "step": "bind"})
    assert paid["Location"].startswith("https://pay.example.test/")
    again = browser(framed.ben).post(url, {**carried(text), "step": "bind"})
    assert again["Location"] == paid["Location"]
    assert Order.objects.count() == 2
    assert prices(Order.objects.order_by("id").reverse()[0]) == [("10", 1_000), ("10", 950)]


def test_what_is_called_off_may_be_fetched_at_a_place_of_the_sellers(framed: Framed) -> None:
    there = where_buyers_fetch(framed.frame.seller, framed.ada, clock.now())
    assert "I fetch it: Valencia" in page(framed, framed.ben)
    text = text_of(post(framed, framed.ben, pick_up=str(there.pk)))
    assert "Fetched at Valencia" in text
    url = reverse("rooms:call_off", args=[framed.frame.pk])
    assert browser(framed.ben).post(url, {**carried(text), "step": "bind"}).status_code == 302
    details = details_of(Order.objects.get())
    assert details is not None
    assert details.pick_up == str(there.pk)


def test_a_price_that_has_moved_is_shown_anew_and_nothing_is_called_off(framed: Framed) -> None:
    framed.call("90")
    seen = carried(text_of(post(framed, framed.ben, quantity="20", notes="Ring twice")))
    framed.call("10", actor=framed.pat)
    url = reverse("rooms:call_off", args=[framed.frame.pk])
    response = browser(framed.ben).post(url, {**seen, "step": "bind"})
    text = text_of(response)
    assert response.status_code == 422
    assert "These are the prices now." in text
    assert "190.00 EUR" in text
    assert "Ring twice" in text
    assert Order.objects.count() == 2
    browser(framed.ben).post(url, {**carried(text), "step": "bind"})
    assert framed.called == ["120"]


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("1001", "more than what is left"),
        ("1,5", "a whole number of them"),
        ("", "Please say how much you call off."),
        ("many", "This is no quantity."),
    ],
)
def test_what_hinders_a_call_off_is_said_beside_its_field_with_everything_kept(
    framed: Framed, quantity: str, words: str
) -> None:
    response = post(framed, framed.ben, quantity=quantity, notes="Ring twice")
    text = text_of(response)
    assert response.status_code == 422
    assert words in text
    assert "Ring twice" in text
    assert f'value="{quantity}"' in text or not quantity
    assert not Order.objects.exists()


def test_who_may_not_order_reads_why(framed: Framed) -> None:
    framed.pat.memberships.update(role="member")
    assert "Your role does not let you order for Acme" in page(framed, framed.pat)
    assert post(framed, framed.pat).status_code == 403
    assert post(framed, framed.ada).status_code == 403


def test_after_its_last_day_there_is_no_form(framed: Framed, now: time_machine.Traveller) -> None:
    now.move_to(datetime(2027, 7, 1, tzinfo=UTC))
    text = page(framed, framed.ben)
    assert "Call off: look it over" not in text
    assert "ended" in text
    assert post(framed, framed.ben).status_code == 409


def test_missing_details_are_given_later(framed: Framed) -> None:
    summary = text_of(post(framed, framed.ben, street="", later="1"))
    assert "Still missing:" in summary
    url = reverse("rooms:call_off", args=[framed.frame.pk])
    done = browser(framed.ben).post(url, {**carried(summary), "step": "bind"})
    order = Order.objects.get()
    assert (order.status, done["Location"]) == ("draft", reverse("orders:order", args=[order.pk]))


def test_the_pages_are_there_in_spanish(framed: Framed) -> None:
    client = browser(framed.ben)
    address = reverse("orders:frame", args=[framed.frame.pk])
    text = text_of(client.get(address, headers={"accept-language": "es"}))
    assert "Acuerdo marco" in text
    assert "Las primeras: hasta 100" in text
    assert "Frame agreement" not in text


# --- REST


def rest(user: User, method: str, path: str, body: Any = None, **headers: str) -> Any:
    send = getattr(browser(user), method)
    sent = {} if body is None else {"data": body, "content_type": "application/json", "headers": headers}
    response = send(f"/api/v1/frames{path}", **sent)
    return response.status_code, response.json()


def test_a_program_reads_previews_and_calls_off_once_by_its_own_id(framed: Framed) -> None:
    status, shown = rest(framed.ben, "get", f"/{framed.frame.pk}")
    first = shown["lines"][0]
    assert (status, first["left"], first["prices"][1]) == (
        200,
        "1000",
        {"start": "100", "end": "500", "unit_price": 950, "now": False},
    )
    items = [{"line": first["id"], "quantity": "110"}]
    status, priced = rest(framed.ada, "post", f"/{framed.frame.pk}/prices", {"items": items})
    assert (status, priced["gross"], [one["quantity"] for one in priced["lines"]]) == (
        200,
        109_500,
        ["100", "10"],
    )
    body = {
        "id": str(uuid4()),
        "items": items,
        "gross": {"minor": 109_500, "currency": "EUR"},
        "details": FORM,
    }
    one, two = (rest(framed.ben, "post", f"/{framed.frame.pk}/call-offs", body) for _ in range(2))
    assert one == two
    assert (one[0], one[1]["placed"]) == (200, True)
    status, listed = rest(framed.ada, "get", f"/{framed.frame.pk}/call-offs")
    assert [row["id"] for row in listed["call_offs"]] == [one[1]["order"]["id"]]
    assert [row["unit_price"] for row in listed["call_offs"][0]["lines"]] == [1_000, 950]
    assert rest(framed.ben, "get", f"?room={framed.room.pk}")[1]["frames"][0]["lines"][0]["left"] == "890"


def test_a_program_is_told_by_code_what_is_wrong(framed: Framed) -> None:
    path, own = f"/{framed.frame.pk}/call-offs", str(framed.line().pk)

    def code(gross: int = 40_000, currency: str = "EUR", user: User | None = None, **item: str) -> Any:
        body = {
            "items": [{"line": own, "quantity": "40", **item}],
            "gross": {"minor": gross, "currency": currency},
        }
        return rest(user or framed.ben, "post", path, body)[1]["code"]

    assert code(gross=39_999) == "call_off.price_changed"
    assert code(currency="USD") == "call_off.price_changed"
    assert code(quantity="1001") == "call_off.volume"
    assert code(quantity="0.5") == "call_off.quantity"
    assert code(line=str(uuid4())) == "not_found"
    assert code(user=framed.ada) == "not_permitted"
    assert Room.objects.count() == 1
