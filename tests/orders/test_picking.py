"""Goods at several places: the nearest one is asked by mail, and its link reports what came of it."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from catalog import places
from catalog.audit import check as check_catalog
from catalog.models import Place, PlaceMove, PlaceStock
from negotiation_hub.kernel import limits
from orders import services
from orders.models import Picking
from orders.parts import left_of
from orders.services import picking as picking_service
from payments.machine import Fact
from tests.orders.deal import Deal
from tests.orders.places import Picked
from tests.orders.test_audit import problems
from tests.orders.three import browser


def place(code: str, country: str = "ES", number: int = 0) -> Place:
    return Place(pk=UUID(int=number), name=code, postal_code=code, country=country)


@pytest.mark.parametrize(
    ("codes", "wanted", "nearest"),
    [
        (["46001", "28041", "08002"], "28013", "28041"),
        (["28900", "28020"], "28013", "28020"),
        (["EC1A 1BB", "SW1A 2AA"], "sw1a1aa", "SW1A 2AA"),
    ],
)
def test_the_nearest_shares_most_of_the_postcode(codes: list[str], wanted: str, nearest: str) -> None:
    found = places.by_nearness([place(code) for code in codes], "ES", wanted)
    assert found[0].name == nearest


def test_those_in_the_country_come_before_all_others() -> None:
    rows = [place("28013", "PT", 1), place("08002", "ES", 2), place("46001", "ES", 3)]
    assert [row.country for row in places.by_nearness(rows, "ES", "28013")] == ["ES", "ES", "PT"]
    assert [row.pk.int for row in places.by_nearness(rows, "FR", "75001")] == [1, 2, 3]


@given(st.lists(st.text(max_size=8), max_size=6), st.text(max_size=8))
def test_any_postcodes_are_ordered_without_losing_a_place(codes: list[str], wanted: str) -> None:
    rows = [place(code, number=number) for number, code in enumerate(codes)]
    found = places.by_nearness(rows, "ES", wanted)
    assert sorted(row.pk for row in found) == sorted(row.pk for row in rows)
    assert found == places.by_nearness(found, "ES", wanted)


def test_the_nearest_place_that_has_all_of_it_is_asked_by_mail_once_it_is_paid(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=3, Valencia=9, Lisbon=50)
    deal.place()
    deal.work()
    assert picked.asked == []
    deal.authorize()
    assert picked.asked == [("Valencia", "5", "pending")]
    assert picked.lying == {"Madrid": 3, "Valencia": 4, "Lisbon": 50}
    (mail,) = picked.mails("Valencia")
    for words in (deal.order.number, "5 pcs", "Pump", "Ben Ortega", "28013 Madrid"):
        assert words in f"{mail.subject} {mail.text}".replace("\xa0", " ")
    assert (problems(), list(check_catalog())) == ([], [])


def test_what_no_place_has_alone_is_shared_out_from_the_nearest_on(deal: Deal) -> None:
    picked = Picked.of(deal, ordered=8, Lisbon=2, Madrid=3, Valencia=4)
    picked.bought()
    assert picked.asked == [
        ("Madrid", "3", "pending"),
        ("Valencia", "4", "pending"),
        ("Lisbon", "1", "pending"),
    ]
    assert sum(left_of(deal.order, deal.order.shipments.all()).values()) == 0
    assert problems() == []


def test_what_lies_nowhere_stays_for_the_seller_to_send(deal: Deal) -> None:
    picked = Picked.of(deal, ordered=8, Madrid=3)
    picked.bought()
    assert picked.asked == [("Madrid", "3", "pending")]
    assert list(left_of(deal.order, deal.order.shipments.all()).values()) == [Decimal(5)]
    picked.add("Valencia", 20)
    page = browser(deal.max).post(f"/orders/{deal.order_id}/pick/")
    assert page.status_code == 302
    assert picked.asked == [("Madrid", "3", "pending"), ("Valencia", "5", "pending")]
    browser(deal.max).post(f"/orders/{deal.order_id}/pick/")
    assert len(picked.asked) == 2


def test_repeated_jobs_and_payments_that_are_told_again_ask_once(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=9)
    picked.bought()
    payment = deal.payment
    deal.say(Fact.AUTHORIZED, payment, authorized=payment.amount)
    picking_service.pick_due(order_id=deal.order_id, now=deal.now)
    assert picked.asked == [("Madrid", "5", "pending")]
    assert len(picked.mails("Madrid")) == 1
    assert picked.lying == {"Madrid": 4}


def test_whoever_opens_the_link_reports_nothing_and_packed_and_sent_count_once(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=9)
    picked.bought()
    assert b"Report it as sent" in Client().get(picked.link("Madrid")).content
    assert picked.asked == [("Madrid", "5", "pending")]
    picked.report("Madrid", "pack")
    assert b"packed" in Client().get(picked.link("Madrid")).content
    for _ in range(2):
        answer = picked.report("Madrid", "send", carrier="Correos", number="PQ77")
        assert answer.status_code == 302
    assert picked.asked == [("Madrid", "5", "in_transit")]
    assert (deal.shipment.carrier, deal.shipment.tracking) == ("Correos", "PQ77")
    assert deal.order.status == "fulfilled"
    assert deal.wrote(deal.ben, "PQ77") == 1
    assert problems() == []


def test_sent_without_a_carrier_is_refused_beside_the_field_and_keeps_the_number(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=9)
    picked.bought()
    page = picked.report("Madrid", "send", carrier="", number="PQ77")
    assert page.status_code == 422
    assert b'value="PQ77"' in page.content
    assert picked.asked == [("Madrid", "5", "pending")]


def test_what_is_short_is_picked_where_else_it_lies_and_the_seller_is_told(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=5, Valencia=3)
    picked.bought()
    assert picked.short("Madrid", 2).status_code == 302
    assert picked.asked == [
        ("Madrid", "5", "canceled"),
        ("Madrid", "2", "pending"),
        ("Valencia", "3", "pending"),
    ]
    assert picked.lying == {"Madrid": 0, "Valencia": 0}
    assert deal.wrote(deal.sol, "3 fewer of Pump") == 1
    assert deal.wrote(deal.sol, "Now picked at: Madrid, Valencia.") == 1
    assert (problems(), list(check_catalog())) == ([], [])


def test_what_is_short_everywhere_is_left_for_the_seller(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=5)
    picked.bought()
    first = picked.link("Madrid")
    picked.short("Madrid", 0)
    assert picked.asked == [("Madrid", "5", "canceled")]
    assert deal.wrote(deal.sol, "It lies nowhere else") == 1
    assert b"came in a new mail" in Client().get(first).content
    assert list(left_of(deal.order, deal.order.shipments.all()).values()) == [Decimal(5)]
    assert problems() == []


@pytest.mark.parametrize("found", [5, 6, -1])
def test_short_by_nothing_or_by_more_than_was_asked_for_is_refused(deal: Deal, found: int) -> None:
    picked = Picked.of(deal, Madrid=9)
    picked.bought()
    assert picked.short("Madrid", found).status_code == 422
    assert picked.asked == [("Madrid", "5", "pending")]


def test_a_parcel_that_is_canceled_lies_there_again_and_the_place_is_told_once(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=5)
    picked.bought()
    for _ in range(2):
        services.cancel_shipment(shipment_id=deal.shipment.pk, actor=deal.max, now=deal.now)
        deal.work()
    assert picked.lying == {"Madrid": 5}
    assert [mail.subject.startswith("Canceled") for mail in picked.mails("Madrid")] == [False, True]
    assert picked.report("Madrid", "send", carrier="Correos", number="PQ77").status_code != 302
    assert (problems(), list(check_catalog())) == ([], [])


def test_an_order_that_is_canceled_unpicks_what_has_not_left(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=5)
    picked.bought()
    services.cancel_order(order_id=deal.order_id, actor=deal.sol, now=deal.now)
    deal.work()
    assert picked.lying == {"Madrid": 5}
    assert len(picked.mails("Madrid")) == 2
    assert (problems(), list(check_catalog())) == ([], [])


def test_a_buyer_fetches_it_with_the_code(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=50)
    there = picked.add("Valencia", 9, pick_up=True, hours="8 to 14")
    picked.bought(pick_up=str(there.pk))
    assert picked.asked == [("Valencia", "5", "pending")]
    assert "Ben Ortega" not in picked.mails("Valencia")[0].text
    for _ in range(2):
        picked.report("Valencia", "ready")
    assert picked.asked == [("Valencia", "5", "ready_for_pickup")]
    code = Picking.objects.get().code
    assert deal.wrote(deal.ben, code) == 1
    assert deal.wrote(deal.ben, "8 to 14") == 1
    assert code.encode() in browser(deal.ben).get(f"/orders/{deal.order_id}/").content
    assert code.encode() not in browser(deal.ada).get(f"/orders/{deal.order_id}/").content
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert picked.report("Valencia", "fetched", code=wrong).status_code == 422
    for _ in range(2):
        picked.report("Valencia", "fetched", code=f" {code[:3]} {code[3:]} ")
    assert picked.asked == [("Valencia", "5", "delivered")]
    assert deal.wrote(deal.ben, "were delivered") == 1
    assert problems() == []


def test_codes_cannot_be_guessed(deal: Deal) -> None:
    picked = Picked.of(deal)
    there = picked.add("Valencia", 9, pick_up=True)
    picked.bought(pick_up=str(there.pk))
    picked.report("Valencia", "ready")
    code = Picking.objects.get().code
    for number in range(limits.PICK_UP_CODES_MAX):
        picked.report("Valencia", "fetched", code=f"{(int(code) + 1 + number) % 10**6:06}")
    page = picked.report("Valencia", "fetched", code=code)
    assert page.status_code == 422
    assert b"Too many wrong codes" in page.content
    services.mark_delivered(shipment_id=deal.shipment.pk, actor=deal.max, now=deal.now)
    assert picked.asked == [("Valencia", "5", "delivered")]


def test_nobody_fetches_where_the_seller_hands_nothing_out(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=9)
    for wrong in (str(picked.places["Madrid"].pk), str(uuid4()), "anywhere"):
        with pytest.raises(services.DetailsMissing):
            deal.place(pick_up=wrong)


def test_a_link_that_was_changed_or_is_old_opens_nothing(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=9)
    picked.bought()
    link = picked.link("Madrid")
    assert Client().get(link[:-2] + "x/").status_code == 410
    assert deal.clock is not None
    deal.clock.shift(timedelta(seconds=limits.COURIER_LINK_S + 1))
    assert Client().get(link).status_code == 410


def test_a_closed_place_is_asked_no_more(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=9, Valencia=9)
    places.close_place(actor=deal.ada, place_id=picked.places["Madrid"].pk, now=deal.now)
    picked.bought()
    assert picked.asked == [("Valencia", "5", "pending")]


def test_verify_names_a_picking_that_is_not_what_was_taken(deal: Deal) -> None:
    picked = Picked.of(deal, Madrid=9)
    picked.bought()
    row = Picking.objects.get()
    Picking.objects.filter(pk=row.pk).update(ended_at=deal.now)
    assert any("it has ended" in problem for problem in problems())
    Picking.objects.filter(pk=row.pk).update(ended_at=None)
    stock = PlaceStock.objects.get(place=picked.places["Madrid"])
    PlaceMove.objects.create(stock=stock, cause=uuid4(), change=1, reason="counted", at=deal.now)
    assert any("add up to 5" in str(problem) for problem in check_catalog())
