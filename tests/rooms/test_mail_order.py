"""Orders by mail: a form becomes a draft, one signed link confirms it, and nothing binds before that."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from catalog.models import Listing
from negotiation_hub.kernel import clock, limits, mail_in
from negotiation_hub.kernel.mail_address import AddressInvalid
from negotiation_hub.kernel.models import InboundMail, Mail
from negotiation_hub.people import second_factor
from orders.models import Order
from orders.queries import details_of
from rooms.mailed.address import order_address
from rooms.mailed.models import MailOrder
from rooms.models import Room
from tests.orders.deal import Provider, with_
from tests.rooms.mailing import MailShop, browser, confirmed, link_in, press
from tests.rooms.table import person

pytestmark = pytest.mark.django_db
Status = InboundMail.Status


@pytest.fixture
def shop(db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: object) -> MailShop:
    from payments import provider

    stand_in = Provider()
    monkeypatch.setattr(provider, "current", lambda: stand_in)
    settings.DATA_DIR = tmp_path
    return MailShop()


def nothing_bought() -> None:
    assert not Order.objects.exists()
    assert not Room.objects.exists()
    assert Listing.objects.get().stock == 5


def test_a_form_becomes_a_draft_that_is_answered_and_binds_nobody(shop: MailShop) -> None:
    draft = shop.order()
    (answer,) = shop.answers()
    assert draft.typed["city"] == "Madrid"
    assert answer.headers["Reply-To"] == shop.address
    assert answer.headers["Auto-Submitted"] == "auto-generated"
    for said in (
        "2\N{NO-BREAK SPACE}pcs Pump NB-40",
        "240.00",
        "Calle Mayor 1",
        "Ring twice",
        "PO-7",
        "from Norte",
    ):
        assert said in answer.text
    nothing_bought()


def test_looking_at_the_link_binds_nothing_and_its_button_places_the_order(shop: MailShop) -> None:
    shop.order()
    link = shop.link()
    page = browser().get(link).content.decode()
    assert "with obligation to pay" in page
    assert "240.00" in page
    nothing_bought()
    done = press(link, "bind")
    assert done["Location"] == link
    order = Order.objects.get()
    assert order.number in browser().get(link).content.decode()
    assert (order.gross, order.status, order.buyer_person) == (24_000, "unfulfilled", shop.ben)
    assert details_of(order) == with_(company="Acme", reference="PO-7", notes="Ring twice")
    assert Listing.objects.get().stock == 3
