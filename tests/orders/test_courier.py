"""Carriers that are booked by mail: a label with our number, and a link that reports each step once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from negotiation_hub.kernel import limits
from negotiation_hub.kernel.models import Mail
from orders import services
from orders.models import Booking, Shipment
from orders.services import courier as couriers
from tests.orders.deal import Deal
from tests.orders.parcels import Packing
from tests.orders.test_audit import problems
from tests.orders.test_booking import text_and_bars
from tests.orders.test_rest import call
from tests.orders.three import browser

RUIZ = {"carrier": "mail", "title": "Transportes Ruiz", "mail": "ruiz@example.test"}


@pytest.fixture
def packing(deal: Deal) -> Packing:
    return Packing.paid(deal)


def booked(packing: Packing) -> tuple[Shipment, str]:
    """A parcel that the seller books by mail on the order's page, and the path of the carrier's link."""
    parcel = packing.pack("5", "2.5")
    assert browser(packing.deal.max).post(packing.url("book", parcel.pk), RUIZ).status_code == 302
    packing.deal.work()
    parcel.refresh_from_db()
    (mail,) = Mail.objects.filter(to="ruiz@example.test")
    return parcel, "/orders/courier/" + mail.text.split("/orders/courier/")[1].split("/")[0] + "/"


def report(link: str, event: str) -> Any:
    return Client().post(link, {"event": event})


def test_the_carrier_is_mailed_once_with_both_addresses_and_the_label(packing: Packing) -> None:
    parcel, link = booked(packing)
    browser(packing.deal.max).post(packing.url("book", parcel.pk), RUIZ)
    packing.deal.work()
    mail = Mail.objects.get(to="ruiz@example.test")
    for words in ("Norte Bombas", "Ben Ortega", "Calle Mayor 1", "28013 Madrid", parcel.tracking):
        assert words in mail.text
    assert (parcel.carrier, parcel.tracking[:2], parcel.status) == ("Transportes Ruiz", "NH", "pending")
    label = Client().get(f"{link}label.pdf").content
    assert text_and_bars(label)[1] == [f"Code128:{parcel.tracking}"]
    assert problems() == []


def test_looking_reports_nothing_and_each_button_counts_once(packing: Packing) -> None:
    parcel, link = booked(packing)
    page = Client().get(link).content.decode()
    assert "I have picked it up" in page
    parcel.refresh_from_db()
    assert parcel.status == "pending"
    for event, status in (
        ("pick_up", "picked_up"),
        ("fail", "delivery_failed"),
        ("pick_up", "delivery_failed"),
        ("deliver", "delivered"),
        ("deliver", "delivered"),
        ("fail", "delivered"),
    ):
        assert report(link, event).status_code == 302
        packing.deal.work()
        parcel.refresh_from_db()
        assert parcel.status == status
    assert [row.event for row in parcel.changes.all()] == ["pick_up", "fail", "deliver"]
    assert packing.deal.provider.asked == ["capture"]
    assert packing.deal.milestones.count("shipment.delivered") == 1
    assert "nothing more to report" in Client().get(link).content.decode()
    assert problems() == []


def test_delivered_at_once_is_picked_up_as_well(packing: Packing) -> None:
    parcel, link = booked(packing)
    report(link, "deliver")
    parcel.refresh_from_db()
    assert [row.event for row in parcel.changes.all()] == ["pick_up", "deliver"]
    assert (parcel.status, packing.deal.order.status) == ("delivered", "fulfilled")


def test_a_link_that_was_changed_is_old_or_taken_back_opens_nothing(packing: Packing) -> None:
    parcel, link = booked(packing)
    assert Client().get(link[:-3] + "xx/").status_code == 410
    assert report(link, "send_back").status_code == 422
    token = link.split("/")[3]
    late = packing.deal.now + timedelta(seconds=limits.COURIER_LINK_S + 1)
    with pytest.raises(services.CourierLinkInvalid):
        couriers.booking_of_link(token=token, now=late)
    packing.track(parcel, "cancel")
    for answer in (Client().get(link), report(link, "pick_up"), Client().get(f"{link}label.pdf")):
        assert answer.status_code == 410
    parcel.refresh_from_db()
    assert parcel.status == "canceled"


def test_without_name_or_mail_address_the_form_says_so_and_nothing_is_booked(packing: Packing) -> None:
    parcel = packing.pack("5", "2.5")
    for wrong in ({"mail": "no address"}, {"title": " "}):
        answer = browser(packing.deal.max).post(packing.url("book", parcel.pk), {**RUIZ, **wrong})
        assert answer.status_code == 422
    deal, wanted = packing.deal, {"carrier": "mail", "courier": "Ruiz", "courier_mail": "nobody"}
    status, body = call(deal, deal.max, "POST", f"shipments/{parcel.pk}/booking", wanted)
    assert (status, body["code"]) == (422, "booking.courier")
    assert Booking.objects.count() == 0
    wanted["courier_mail"] = "ruiz@example.test"
    assert call(deal, deal.max, "POST", f"shipments/{parcel.pk}/booking", wanted)[0] == 200


def test_the_mail_address_is_sealed_in_the_database(packing: Packing) -> None:
    booked(packing)
    stored = Booking.objects.values_list("courier", flat=True).get()
    assert "ruiz" not in str(stored)
    assert Booking.objects.get().courier == {"title": "Transportes Ruiz", "mail": "ruiz@example.test"}
