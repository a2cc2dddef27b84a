"""What moderators see of the rooms that are open."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from desk import moderation
from negotiation_hub.kernel.money import Money
from negotiation_hub.kernel.refusals import NotFound
from rooms import opening
from tests.desk.conftest import Deals
from tests.desk.trade import Trade


def live(deal: Trade) -> list[moderation.LiveRoom]:
    return list(moderation.live_rooms(deal.cast.dov, deal.now).rooms)


def test_the_liveliest_comes_first_and_what_is_over_is_not_there(deals: Deals) -> None:
    first, second, over = deals(title="First"), deals(title="Second"), deals(title="Over")
    over.send("buyer", "negotiation.close")
    first.wait(minutes=9)
    first.say("buyer", "Is anybody there?")
    assert [one.room.title for one in live(first)] == ["First", "Second"]
    second.now = first.now
    second.wait(minutes=1)
    second.say("seller", "Yes.")
    assert [one.room.title for one in live(second)] == ["Second", "First"]
    assert live(second)[0].active_at == second.now


def test_a_room_tells_offers_gap_turn_clock_and_who_is_in(deals: Deals) -> None:
    deal = deals()
    (one,) = live(deal)
    assert (one.gap_bp, one.turn, one.until, one.asked, one.bid) == (None, "nobody", None, None, None)
    deal.propose("buyer", 9_000)
    deal.counter("seller", 12_000)
    opening.enter_room(actor=deal.cast.dov, scope=deal.room.pk, now=deal.now)
    (one,) = live(deal)
    assert (one.asked, one.bid) == (Money(12_000, "EUR"), Money(9_000, "EUR"))
    assert (one.gap_bp, one.turn, one.room.versions) == (2_500, "buyer", 2)
    assert one.until is not None
    seats = [(seat.user.name, seat.side, seat.mode) for seat in one.seats]
    assert seats == [("Ben", "buyer", ""), ("Ada", "seller", ""), ("Dov", "moderator", "observing")]
    deal.send("dov", "moderation.step_in", reason="Please be polite.")
    page = Client()
    page.force_login(deal.cast.dov)
    text = page.get(reverse("desk:live")).content.decode()
    assert "25 %" in text
    assert "stepped in" in text
    assert reverse("rooms:room", args=[deal.room.pk]) in text


@pytest.mark.parametrize(
    ("asked", "bid", "gap"),
    [
        (300, 200, 3_333),
        (300, 100, 6_667),
        (100, 100, 0),
        (100, 150, -5_000),
        (None, 1, None),
        (1, None, None),
    ],
)
def test_the_gap_is_in_per_cent_of_what_is_asked(asked: int | None, bid: int | None, gap: int | None) -> None:
    money = [None if minor is None else Money(minor, "EUR") for minor in (asked, bid)]
    assert moderation.gap_bp(*money) == gap


def test_looking_at_the_list_seats_nobody_and_only_moderators_may(deals: Deals) -> None:
    deal = deals()
    before = [event.hash for event in deal.events]
    live(deal)
    assert [event.hash for event in deal.events] == before
    for name in ("ada", "max", "ben", "cleo"):
        with pytest.raises(NotFound):
            moderation.live_rooms(getattr(deal.cast, name), deal.now)


def test_the_list_is_bounded_says_so_and_costs_few_queries(
    deals: Deals, monkeypatch: pytest.MonkeyPatch
) -> None:
    deal = deals()
    deal.propose("buyer", 9_000)
    with CaptureQueriesContext(connection) as few:
        live(deal)
    for number in range(4):
        deals(title=f"Room {number}").propose("seller", 9_000)
    with CaptureQueriesContext(connection) as many:
        assert len(live(deal)) == 5
    assert len(few) == len(many) <= 11
    monkeypatch.setattr(moderation, "WALL_ROOMS", 3)
    found = moderation.live_rooms(deal.cast.dov, deal.now)
    assert (len(found.rooms), found.total) == (3, 5)
    page = Client()
    page.force_login(deal.cast.dov)
    assert "The 3 riskiest of 5 open rooms" in page.get(reverse("desk:live")).content.decode()
