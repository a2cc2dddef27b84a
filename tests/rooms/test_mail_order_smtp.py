"""An order by mail from the mail program to the order that is placed, through the listener on its port."""

import smtplib
from collections.abc import Iterator

import pytest

from negotiation_hub.kernel import clock, outbox
from negotiation_hub.kernel.models import InboundMail
from negotiation_hub.kernel.smtp import Listener
from orders.models import Order
from rooms.mailed.models import MailOrder
from tests.rooms.mailing import MailShop, browser, press

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def program() -> Iterator[smtplib.SMTP]:
    """A mail program that is connected to a listener."""
    running = Listener("127.0.0.1", 0)
    running.start()
    try:
        with smtplib.SMTP("127.0.0.1", running.port, timeout=60) as client:
            client.ehlo("mx.example.test")
            yield client
    finally:
        running.stop()


def test_from_a_mail_program_to_the_order_that_is_placed(shop: MailShop, program: smtplib.SMTP) -> None:
    raw = shop.mail()
    for _ in range(2):  # the first answer was lost on its way: the program sends it again
        assert program.sendmail(shop.ben.email, [shop.address], raw) == {}
    outbox.drain(clock.now())
    assert InboundMail.objects.get().status == InboundMail.Status.TAKEN
    assert MailOrder.objects.count() == len(shop.answers()) == 1
    press(shop.link(), "bind")
    order = Order.objects.get()
    assert (order.buyer_person, order.gross, order.status) == (shop.ben, 24_000, "unfulfilled")
    assert order.number in browser().get(shop.link()).content.decode()


def test_an_address_of_no_public_listing_is_refused_at_the_door(
    shop: MailShop, program: smtplib.SMTP
) -> None:
    shop.listing.status = "archived"
    shop.listing.save(update_fields=["status"])
    program.mail(shop.ben.email)
    assert program.rcpt(shop.address)[0] == 550
