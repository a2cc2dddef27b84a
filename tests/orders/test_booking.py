"""Booking parcels: once, whatever the carrier does, with a label for the seller alone."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pypdfium2
import pytest
import zxingcpp
from django.test import Client
from pytest_django import Settings

from negotiation_hub.kernel import files, limits
from orders import services
from orders.models import Booking, CarrierEvent, DeliveryProof, Shipment
from payments import provider as payment_provider
from tests.orders.carrier import Carrier, running
from tests.orders.deal import Provider
from tests.orders.test_audit import problems, without_guards
from tests.orders.test_rest import call
from tests.orders.three import browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def carrier(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Carrier]:
    with running(tmp_path, settings) as found:
        monkeypatch.setattr(payment_provider, "current", lambda: found.deal.provider)
        yield found


@pytest.fixture(autouse=True)
def _provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the deal is there, a gateway that nobody asks."""
    stand_in = Provider()
    monkeypatch.setattr(payment_provider, "current", lambda: stand_in)


def text_and_bars(pdf: bytes) -> tuple[str, list[str]]:
    """What a label says, and what a scanner reads from it."""
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
        page = document[0]
        width, height = (round(points / 72 * 25.4) for points in page.get_size())
        assert (width, height) == (105, 148)
        text = page.get_textpage().get_text_bounded()
        found = zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    return text, [f"{one.format.name}:{one.text}" for one in found]


def test_a_booked_parcel_has_the_carriers_number_and_a_label_that_a_scanner_reads(carrier: Carrier) -> None:
    parcel, number = carrier.booked()
    assert (parcel.carrier, parcel.tracking, parcel.status) == ("Demo Parcel", number, "pending")
    answer = browser(carrier.deal.max).get(carrier.packing.url("label", parcel.pk))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    text, bars = text_and_bars(answer.content)
    assert bars == [f"Code128:{number}"]
    for words in (
        "Norte Bombas",
        "Ben Ortega",
        "Calle Mayor 1",
        "28013",
        carrier.deal.order.number,
        "1 of 1",
    ):
        assert words in text
    assert problems() == []


def test_the_second_of_two_packed_parcels_says_so_on_its_label(carrier: Carrier) -> None:
    first, second = carrier.packing.pack("2", "1"), carrier.packing.pack("3", "1.5")
    for parcel, words in ((first, "Paquete 1 de 2"), (second, "Paquete 2 de 2")):
        assert words in text_and_bars(carrier.book(parcel, language="es").label_pdf())[0]


def test_a_double_click_and_a_lost_answer_book_once(carrier: Carrier) -> None:
    carrier.control(faults={"lose_answers": 1})
    form = carrier.packing.form("5", "2.5", carrier="", book="demo-parcel")
    seller = browser(carrier.deal.max)
    for _ in range(2):
        assert seller.post(carrier.packing.url("ship"), form).status_code == 302
    carrier.deal.work()
    assert (Booking.objects.get().status, Booking.objects.get().attempts) == ("asked", 1)
    carrier.later()
    booking = Booking.objects.get()
    assert (booking.status, Shipment.objects.count()) == ("booked", 1)
    with carrier.app.store.transaction() as sql:
        assert sql.execute("SELECT count(*) FROM parcels").fetchone()[0] == 1


def test_while_the_carrier_is_away_it_is_asked_again_and_the_seller_reads_it(carrier: Carrier) -> None:
    carrier.control(faults={"outage": 2})
    parcel = carrier.packing.pack("5", "2.5")
    carrier.book(parcel)
    page = browser(carrier.deal.max).get(carrier.packing.url("order")).content.decode()
    assert "has not answered yet (1 tries)" in page
    assert "Send it by hand" in page
    carrier.later()
    carrier.later(4)
    assert Booking.objects.get().status == "booked"


def test_a_slow_carrier_ends_as_one_that_is_away(carrier: Carrier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CARRIER_TIMEOUT_S", 0.3)
    carrier.control(faults={"slow_ms": 1_000})
    assert carrier.book(carrier.packing.pack("5", "2.5")).attempts == 1
    carrier.control(faults={"slow_ms": 0})
    carrier.later()
    assert Booking.objects.get().status == "booked"


def test_a_carrier_that_stays_away_is_given_up_and_the_seller_tries_again(carrier: Carrier) -> None:
    carrier.control(faults={"outage": -1})
    parcel = carrier.packing.pack("5", "2.5")
    carrier.book(parcel)
    for hours in range(1, limits.BOOKING_ATTEMPTS_MAX + 1):
        carrier.later(2 * hours)
    assert Booking.objects.get().status == "failed"
    seller = browser(carrier.deal.max)
    assert "gave no answer. Nothing is booked." in seller.get(carrier.packing.url("order")).content.decode()
    carrier.control(faults={"outage": 0})
    seller.post(carrier.packing.url("book", parcel.pk), {"carrier": "demo-parcel"})
    carrier.deal.work()
    assert Booking.objects.get().status == "booked"
    assert problems() == []


def test_what_the_carrier_refuses_is_told_in_its_words_and_sent_by_hand(
    carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orders.demo_parcel import parcels

    monkeypatch.setattr(parcels, "_NEEDED", {"phone": "a telephone number"})
    parcel = carrier.packing.pack("5", "2.5")
    assert carrier.book(parcel).status == "failed"
    seller = browser(carrier.deal.max)
    page = seller.get(carrier.packing.url("order")).content.decode()
    assert "does not take this parcel: Of the receiver a telephone number is missing." in page
    assert seller.post(carrier.packing.url("carry", parcel.pk), {"carrier": " "}).status_code == 422
    typed = {"carrier": "Correos", "tracking": "PQ7"}
    for _ in range(2):
        assert seller.post(carrier.packing.url("carry", parcel.pk), typed).status_code == 302
    carrier.deal.work()
    parcel.refresh_from_db()
    assert (parcel.carrier, parcel.tracking, parcel.status) == ("Correos", "PQ7", "in_transit")
    assert carrier.deal.provider.asked == ["capture"]
    assert problems() == []


def test_a_canceled_parcel_is_taken_back_at_the_carrier(carrier: Carrier) -> None:
    parcel, number = carrier.booked()
    services.cancel_shipment(shipment_id=parcel.pk, actor=carrier.deal.max, now=carrier.deal.now)
    carrier.deal.work()
    assert Booking.objects.get().status == "canceled"
    with carrier.app.store.transaction() as sql:
        assert sql.execute("SELECT step FROM parcels WHERE number = ?", (number,)).fetchone()[0] == "canceled"
    assert carrier.packing.left == ["5", "2.5"]


def test_the_label_is_the_sellers_alone_and_sealed_on_the_disk(carrier: Carrier) -> None:
    parcel, _number = carrier.booked()
    url = carrier.packing.url("label", parcel.pk)
    assert browser(carrier.deal.ben).get(url).status_code == 404
    assert browser(carrier.deal.cleo).get(url).status_code == 404
    booking = Booking.objects.get()
    assert booking.label is not None
    assert b"%PDF" not in files.read(booking.label)
    without_guards("orders_booking")
    other = files.store(b"x" * 40, name="x", media_type="text/plain", owner=None)
    Booking.objects.update(label=other)
    assert any("label" in one for one in problems())


def test_a_program_books_and_fetches_the_label(carrier: Carrier) -> None:
    deal, parcel = carrier.deal, carrier.packing.pack("5", "2.5")
    path, wanted = f"shipments/{parcel.pk}", {"carrier": "demo-parcel"}
    assert call(deal, deal.max, "GET", "carriers")[1]["carriers"][0]["name"] == "demo-parcel"
    status, asked = call(deal, deal.max, "POST", f"{path}/booking", wanted)
    assert (status, asked["status"], asked["label_url"]) == (200, "asked", None)
    deal.work()
    known = call(deal, deal.max, "GET", f"{path}/booking")[1]
    assert known["status"] == "booked"
    assert known["label_url"].endswith(f"/api/v1/{path}/label")
    label = call(deal, deal.max, "GET", f"{path}/label")[1]
    assert text_and_bars(label)[1] == [f"Code128:{known['number']}"]
    for stranger in (deal.ben, deal.cleo):
        assert call(deal, stranger, "GET", f"{path}/label")[0] == 404
        assert call(deal, stranger, "GET", f"{path}/booking")[0] == 404
    assert call(deal, deal.ben, "POST", f"{path}/booking", wanted)[0] == 403
    status, unknown = call(deal, deal.max, "POST", f"{path}/booking", {"carrier": "nobody"})
    assert (status, unknown["code"]) == (422, "booking.carrier")


# --- what it says then


def test_delivered_shows_both_sides_the_picture_and_who_took_it(carrier: Carrier) -> None:
    parcel, number = carrier.booked()
    for step in ("collected", "in_transit", "out_for_delivery"):
        carrier.push(number, step)
    carrier.push(number, "delivered", received_by="Berta at the gate")
    assert carrier.heard(4) == [200] * 4
    parcel.refresh_from_db()
    assert parcel.status == "delivered"
    proof = DeliveryProof.objects.get()
    assert (proof.by, proof.media_type) == (None, "image/webp")
    for who in (carrier.deal.ben, carrier.deal.max):
        page = browser(who).get(carrier.packing.url("order")).content.decode()
        assert "Berta at the gate" in page
        assert carrier.packing.url("proof_picture", proof.pk) in page
    assert problems() == []


@pytest.mark.parametrize(("how", "copies", "taken"), [("repeated", 3, 1), ("twins", 2, 1), ("damaged", 1, 0)])
def test_told_often_or_with_a_damaged_signature_it_counts_once_or_not_at_all(
    carrier: Carrier, how: str, copies: int, taken: int
) -> None:
    parcel, number = carrier.booked()
    carrier.push(number, "delivered", how)
    assert set(carrier.heard(copies)) == ({200} if taken else {400})
    assert CarrierEvent.objects.count() == taken
    assert carrier.deal.milestones.count("shipment.delivered") == taken
    parcel.refresh_from_db()
    assert parcel.status == ("delivered" if taken else "pending")


def test_out_of_order_the_newest_step_counts(carrier: Carrier) -> None:
    parcel, number = carrier.booked()
    carrier.control(faults={"hold": -1})
    for step in ("collected", "late", "delivered"):
        carrier.push(number, step)
    carrier.control(release=True)
    carrier.heard(3)
    assert b'"delivered"' in carrier.receiver.received[0][0]
    parcel.refresh_from_db()
    assert parcel.status == "delivered"
    assert problems() == []


@pytest.mark.parametrize(("step", "status"), [("lost", "unknown"), ("returning", "return_to_sender")])
def test_a_parcel_that_is_lost_or_comes_back_goes_nowhere_any_more(
    carrier: Carrier, step: str, status: str
) -> None:
    parcel, number = carrier.booked()
    carrier.push(number, "in_transit")
    carrier.push(number, step)
    carrier.heard(2)
    parcel.refresh_from_db()
    assert parcel.status == status
    page = f"{carrier.base}/parcels/{number}/"
    refused = httpx.post(page, data={"step": "delivered"}, trust_env=False)
    assert (refused.status_code, "goes nowhere any more" in refused.text) == (409, True)


def test_what_was_said_before_the_number_was_known_is_kept_for_the_parcel(carrier: Carrier) -> None:
    parcel = carrier.packing.pack("5", "2.5")
    carrier.control(faults={"lose_answers": 1})
    carrier.book(parcel)
    with carrier.app.store.transaction() as sql:
        number = sql.execute("SELECT number FROM parcels").fetchone()[0]
    carrier.push(number, "collected")
    carrier.push(number, "in_transit")
    carrier.heard(2)
    parcel.refresh_from_db()
    assert (parcel.status, CarrierEvent.objects.filter(shipment=None).count()) == ("pending", 2)
    carrier.later()
    parcel.refresh_from_db()
    assert (parcel.status, CarrierEvent.objects.filter(shipment=parcel).count()) == ("in_transit", 2)
    assert problems() == []


def test_who_types_a_number_that_was_booked_for_another_does_not_get_its_news(carrier: Carrier) -> None:
    parcel = carrier.packing.pack("2", "1")
    number = carrier.book(parcel).number
    thief = carrier.packing.send("3", "1.5", carrier="demo parcel", tracking=f" {number.lower()} ")
    carrier.push(number, "delivered")
    carrier.heard(1)
    thief.refresh_from_db()
    parcel.refresh_from_db()
    assert (thief.status, parcel.status) == ("in_transit", "delivered")
    assert problems() == []


def test_who_typed_a_number_first_keeps_it_until_the_parcel_is_canceled(carrier: Carrier) -> None:
    first = carrier.packing.pack("1", "0.5", carrier="Demo Parcel", tracking="DP77")
    second = carrier.packing.send("1", "0.5", carrier="Demo Parcel", tracking="DP77", shipment_id=uuid4())
    assert first.carrier_numbers.count() == 1
    services.cancel_shipment(shipment_id=first.pk, actor=carrier.deal.max, now=carrier.deal.now)
    third = carrier.packing.send("1", "0.5", carrier="Demo Parcel", tracking="DP77", shipment_id=uuid4())
    assert (second.carrier_numbers.count(), third.carrier_numbers.count()) == (0, 1)


# --- the carrier's own pages


def test_the_carriers_page_pushes_a_parcel_in_both_languages_but_not_from_another_site(
    carrier: Carrier,
) -> None:
    _parcel, number = carrier.booked()
    page = f"{carrier.base}/parcels/{number}/"
    with httpx.Client(trust_env=False, follow_redirects=True) as web:
        assert "Push it onward" in web.get(page).text
        assert "Hazlo avanzar" in web.get(page, params={"lang": "es"}).text
        assert number in web.get(f"{carrier.base}/").text
        elsewhere = web.post(page, data={"step": "lost"}, headers={"origin": "https://evil.example"})
        assert elsewhere.status_code == 403
        assert "Now: delivered" in web.post(page, data={"step": "delivered"}).text
        assert web.get(f"{carrier.base}/parcels/DP000000000000/").status_code == 404
        assert web.get(f"{carrier.base}/pictures/{number}/{'x' * 32}.jpg").status_code == 404


def test_without_its_key_the_carrier_books_nothing(carrier: Carrier, settings: Settings) -> None:
    settings.DEMO_PARCEL_API_KEY = "another"
    booking = carrier.book(carrier.packing.pack("5", "2.5"))
    assert (booking.status, booking.problem) == ("failed", "This is not a key of ours.")


def test_nothing_is_booked_where_there_is_no_account(carrier: Carrier, settings: Settings) -> None:
    settings.DEMO_PARCEL_API_BASE = ""
    page = browser(carrier.deal.max).get(carrier.packing.url("order")).content.decode()
    assert "Demo Parcel" not in page
    with pytest.raises(services.CarrierUnknown):
        carrier.book(carrier.packing.pack("5", "2.5"))
    assert Client().get(carrier.packing.url("order")).status_code == 302
