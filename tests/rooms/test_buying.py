"""Buying at the list price: one room, one offer, one order, however often it is asked for."""

import html as markup
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from catalog import services as catalog
from catalog.models import Listing, StockMove
from catalog.services import Supply
from negotiation_hub.kernel import outbox, stream
from negotiation_hub.kernel.models import IdempotentAnswer, Mail
from negotiation_hub.kernel.money import Money
from negotiation_hub.people import second_factor
from negotiation_hub.people.guests import make_guest
from negotiation_hub.people.models import Membership, User
from orders import audit as orders_audit
from orders.models import Order
from orders.queries import details_of, known_details
from payments.models import PaymentRequest
from rooms import audit, buying, queries
from rooms.models import Agreement, Room
from tests.orders.deal import HERE, Provider, with_
from tests.rooms.table import START, person, refused

FORM = {
    "contact_name": "Ben Ortega",
    "street": "Calle Mayor 1",
    "postal_code": "28013",
    "city": "Madrid",
    "country": "ES",
    "payment_plan": "card",
}


class Shop:
    """Ada of Norte offers a pump, of which five are left; Ben of Acme wants it."""

    def __init__(self) -> None:
        self.ada, self.ben = person("Ada", "Norte"), person("Ben", "Acme")
        self.listing = catalog.create_listing(
            actor=self.ada,
            title="Pump NB-40",
            description="",
            price=Money(12_000, "EUR"),
            now=START,
            supply=Supply(stock=5),
        )

    def buy(self, actor: User | None = None, **fields: Any) -> buying.Bought:
        asked = {"id": uuid4(), "listing": self.listing.pk, "quantity": 2, "price": Money(12_000, "EUR")}
        details = fields.pop("details", HERE)
        return buying.buy_now(
            actor=actor or self.ben,
            purchase=buying.Purchase(**{**asked, **fields}),
            details=details,
            now=START,
        )

    def post(self, user: User, step: str = "", **fields: Any) -> Any:
        data = {
            **FORM,
            "quantity": "2",
            "purchase": str(uuid4()),
            "seen": "12000",
            "currency": "EUR",
            "step": step,
            **fields,
        }
        return browser(user).post(reverse("rooms:buy", args=[self.listing.pk]), data)

    def page(self, user: User | None) -> str:
        return browser(user).get(self.listing.get_absolute_url()).content.decode()

    def nothing_happened(self) -> None:
        assert not Order.objects.exists()
        assert not Room.objects.exists()
        assert Listing.objects.get(pk=self.listing.pk).stock == 5


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def shop(db: None, monkeypatch: pytest.MonkeyPatch) -> Shop:
    from payments import provider

    stand_in = Provider()
    monkeypatch.setattr(provider, "current", lambda: stand_in)
    return Shop()


def test_a_purchase_is_a_room_with_the_sellers_list_price_accepted_and_an_order_placed(shop: Shop) -> None:
    bought = shop.buy()
    order = Order.objects.get()
    assert bought.placed
    assert (order.room_id, order.gross, order.status) == (bought.room.pk, 24_000, "unfulfilled")
    assert order.buyer_person == shop.ben
    events = list(stream.everything(bought.room.pk))
    kinds = [event.kind for event in events]
    assert kinds == ["room.opened", *["participant.joined"] * 2, "offer.proposed", "offer.accepted"]
    offered, accepted = events[3], events[4]
    assert (offered.by, offered.body["automatic"]) == (str(shop.ada.pk), True)
    assert accepted.by == str(shop.ben.pk)
    assert events[0].body["room"]["origin"]["kind"] == "buy_now"
    assert Listing.objects.get(pk=shop.listing.pk).stock == 3
    assert PaymentRequest.objects.get(order_id=order.pk).amount == 24_000
    assert details_of(order) == HERE


def test_the_rows_of_a_purchase_are_what_its_log_says(shop: Shop) -> None:
    shop.buy()
    outbox.drain(START)
    assert list(audit.check()) == []
    assert list(orders_audit.check()) == []


def test_the_same_purchase_again_is_the_same_order_with_one_mail_and_one_move_of_stock(shop: Shop) -> None:
    purchase = uuid4()
    first = shop.buy(id=purchase)
    again = shop.buy(id=purchase)
    assert first.order is not None
    assert again.order == first.order
    assert again.placed
    assert (Order.objects.count(), Room.objects.count(), Agreement.objects.count()) == (1, 1, 1)
    assert StockMove.objects.filter(change__lt=0).count() == 1
    to_ben = Mail.objects.filter(to=shop.ben.email, subject__contains=first.order.number)
    assert to_ben.count() == 1


def test_the_same_purchase_with_another_quantity_is_refused_and_buys_nothing_more(shop: Shop) -> None:
    purchase = uuid4()
    shop.buy(id=purchase)
    with refused("purchase.reused"):
        shop.buy(id=purchase, quantity=3)
    assert Order.objects.count() == 1


def test_another_person_cannot_meet_my_purchase_by_its_id(shop: Shop) -> None:
    purchase, eve = uuid4(), person("Eve", "Elsewhere")
    mine, theirs = shop.buy(id=purchase), shop.buy(eve, id=purchase)
    assert mine.room.pk != theirs.room.pk


def test_what_was_left_open_is_kept_and_completed_by_the_same_purchase(shop: Shop) -> None:
    purchase = uuid4()
    half = shop.buy(id=purchase, details=with_(city=""))
    assert half.order is not None
    assert not half.placed
    assert details_of(half.order) == with_(city="")
    assert shop.buy(id=purchase).placed
    assert Order.objects.count() == 1


def test_a_purchase_without_details_is_a_draft(shop: Shop) -> None:
    bought = shop.buy(details=None)
    assert bought.order is not None
    assert bought.order.status == "draft"


def test_nobody_buys_at_a_price_that_they_have_not_seen(shop: Shop) -> None:
    Listing.objects.update(price_minor=13_000)
    with refused("purchase.price_changed"):
        shop.buy()
    shop.nothing_happened()


def test_what_is_sold_out_leaves_neither_room_nor_order(shop: Shop) -> None:
    with refused("listing.sold_out"):
        shop.buy(quantity=6)
    shop.nothing_happened()


def test_nobody_buys_from_themselves(shop: Shop) -> None:
    with refused("room.same_party"):
        shop.buy(shop.ada)
    shop.nothing_happened()


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_what_is_not_public_cannot_be_bought(shop: Shop, status: str) -> None:
    Listing.objects.update(status=status)
    with refused("not_found"):
        shop.buy()


def test_a_guest_needs_an_account(shop: Shop) -> None:
    with refused("guest.account_needed"):
        shop.buy(make_guest(name="Gus", now=START))
    shop.nothing_happened()


def test_who_may_not_bind_their_company_buys_nothing(shop: Shop) -> None:
    shop.ben.memberships.filter(organisation__name="Acme").update(role=Membership.Role.SALES)
    with refused("not_permitted"):
        shop.buy()
    shop.nothing_happened()


def test_above_the_companys_limit_the_offer_waits_for_the_second_factor(shop: Shop) -> None:
    acme = shop.ben.memberships.get(organisation__name="Acme").organisation
    second_factor.set_rule(actor=shop.ben, organisation=acme, minor=20_000, currency="EUR", now=START)
    purchase = uuid4()
    bought = shop.buy(id=purchase)
    assert bought.order is None
    assert queries.table_state(Room.objects.get())["negotiation"]["standing"] == 1
    assert shop.buy(id=purchase).room == bought.room
    assert not Order.objects.exists()
    response = shop.post(shop.ben, "bind", purchase=str(purchase))
    assert response["Location"] == reverse("rooms:room", args=[bought.room.pk])


def test_the_newest_placed_order_is_what_is_known_of_a_person(shop: Shop) -> None:
    shop.buy(details=with_(street="Old street 1", notes="Only this time"))
    shop.buy(details=with_(street="New street 2", reference="PO-7"))
    acme = shop.ben.memberships.get(organisation__name="Acme").organisation_id
    known = known_details(shop.ben, acme)
    assert (known.street, known.notes, known.reference) == ("New street 2", "", "")
    assert known_details(person("Eve", "Elsewhere"), acme).street == ""


# --- the pages


def test_the_listing_asks_a_new_buyer_for_the_address_and_a_known_one_for_the_quantity(shop: Shop) -> None:
    first = shop.page(shop.ben)
    assert 'name="street"' in first
    assert 'name="quantity"' in first
    shop.buy()
    second = shop.page(shop.ben)
    assert 'name="street"' not in second
    assert "Calle Mayor 1" in second


def test_the_whole_way_goes_by_forms_from_listing_to_payment(shop: Shop) -> None:
    page = shop.page(shop.ben)
    purchase = re.search(r'name="purchase" value="([^"]+)"', page)
    assert purchase is not None
    summary = shop.post(shop.ben, purchase=purchase[1])
    text = summary.content.decode()
    assert summary.status_code == 200
    assert "with obligation to pay" in text
    assert "240.00" in text
    assert "Calle Mayor 1" in text
    assert not Order.objects.exists()
    carried = {
        name: markup.unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)
        if name != "csrfmiddlewaretoken"
    }
    url = reverse("rooms:buy", args=[shop.listing.pk])
    paid = browser(shop.ben).post(url, {**carried, "step": "bind"})
    assert paid["Location"].startswith("https://pay.example.test/")
    again = browser(shop.ben).post(url, {**carried, "step": "bind"})
    assert again["Location"] == paid["Location"]
    assert Order.objects.count() == 1
    assert details_of(Order.objects.get()) == HERE


def test_a_field_that_a_known_buyer_empties_stays_empty_to_the_end(shop: Shop) -> None:
    shop.buy(details=with_(phone="600 100 200"))
    text = shop.post(shop.ben, phone="", street="", later="1").content.decode()
    for name in ("phone", "street"):
        assert re.search(rf'name="{name}" value=""', text)
    assert "Still missing:" in text


def test_a_changed_price_is_shown_and_asked_again_with_everything_kept(shop: Shop) -> None:
    Listing.objects.update(price_minor=13_000)
    response = shop.post(shop.ben, "bind", notes="Ring twice")
    text = response.content.decode()
    assert response.status_code == 422
    assert "The price has changed" in text
    assert "130.00" in text
    assert 'name="seen" value="13000"' in text
    assert "Ring twice" in text
    shop.nothing_happened()


@pytest.mark.parametrize(
    ("change", "words", "status"),
    [
        (lambda _: Listing.objects.update(stock=1), "No more than 1 can be bought now.", 422),
        (lambda _: Listing.objects.update(status="archived"), "not public any more", 404),
        (
            lambda shop: shop.ben.memberships.filter(organisation__name="Acme").update(role="sales"),
            "Your role does not let you buy",
            403,
        ),
    ],
)
def test_what_hinders_a_purchase_is_said_beside_the_form_with_everything_kept(
    shop: Shop, change: Any, words: str, status: int
) -> None:
    change(shop)
    response = shop.post(shop.ben, "bind", notes="Ring twice")
    text = response.content.decode()
    assert response.status_code == status
    assert words in text
    assert "Ring twice" in text
    assert "Calle Mayor 1" in text
    assert not Order.objects.exists()


def test_missing_details_are_asked_for_or_given_later(shop: Shop) -> None:
    asked = shop.post(shop.ben, street="")
    assert asked.status_code == 422
    assert "Please give street and house number." in asked.content.decode()
    later = shop.post(shop.ben, street="", later="1")
    assert "Still missing:" in later.content.decode()
    done = shop.post(shop.ben, "bind", street="", later="1")
    order = Order.objects.get()
    assert done["Location"] == reverse("orders:order", args=[order.pk])
    assert order.status == "draft"


def test_a_seller_a_guest_and_a_stranger_each_read_what_they_can_do(shop: Shop) -> None:
    assert "Buy now at list price" not in shop.page(shop.ada)
    assert "Make an account" in shop.page(make_guest(name="Gus", now=START))
    assert "Sign in to buy" in shop.page(None)
    assert browser(None).post(reverse("rooms:buy", args=[shop.listing.pk])).status_code == 302


# --- REST


def call(shop: Shop, key: str = "", **fields: Any) -> Any:
    body = {"quantity": 2, "price": {"minor": 12_000, "currency": "EUR"}, **fields}
    headers = {"Idempotency-Key": key} if key else {}
    return browser(shop.ben).post(
        f"/api/v1/listings/{shop.listing.pk}/buy", body, content_type="application/json", headers=headers
    )


def test_a_program_buys_once_under_a_key(shop: Shop) -> None:
    first = call(shop, "k-1", details=FORM)
    assert first.status_code == 200
    assert first.json()["placed"] is True
    assert call(shop, "k-1", details=FORM).json() == first.json()

    IdempotentAnswer.objects.all().delete()  # as if the process had died before it kept its answer
    assert call(shop, "k-1", details=FORM).json()["order"]["id"] == first.json()["order"]["id"]
    assert Order.objects.count() == 1


def test_a_program_is_told_by_code_what_is_wrong(shop: Shop) -> None:
    assert call(shop, price={"minor": 1, "currency": "EUR"}).json()["code"] == "purchase.price_changed"
    assert call(shop, quantity=6).json()["code"] == "listing.sold_out"
    assert call(shop, quantity=0).json()["code"] == "malformed"


def test_the_order_leads_to_the_offer_that_it_was_made_of(shop: Shop) -> None:
    bought = shop.buy()
    assert bought.order is not None
    page = browser(shop.ben).get(reverse("orders:order", args=[bought.order.pk])).content.decode()
    assert f"/rooms/{bought.room.pk}/#m4" in page
    assert "from offer 1, line 1" in page


# --- what breaks in between


@pytest.mark.parametrize(
    "step",
    [
        "rooms.buying.put",
        "rooms.buying.take",
        "rooms.services.orders.create_draft_order",
        "orders.services.drafting.payments.request_payment",
        "rooms.buying.orders.place_order",
        "orders.mails.order_placed",
    ],
)
def test_a_purchase_that_breaks_at_any_step_leaves_nothing_and_is_made_by_the_next_try(
    shop: Shop, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    purchase = uuid4()

    def breaks(*_: object, **__: object) -> None:
        raise ConnectionError(step)

    with monkeypatch.context() as patch, pytest.raises(ConnectionError):
        patch.setattr(step, breaks)
        shop.buy(id=purchase)
    shop.nothing_happened()
    assert not Mail.objects.exists()
    assert shop.buy(id=purchase).placed
    assert Order.objects.count() == 1
